// The cards as node trees through takumi. Fonts and decoded pictures stay in its renderer between pictures.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { Renderer } from "@takumi-rs/core";

import { config, JPEG_QUALITY, serve } from "./loop.mjs";
import { trees } from "./trees.mjs";

const FILES = { flat: ["logo.png"], header: [], photo: ["photo.jpg"] };

const nodes = {
  box: ({ style }) => ({ type: "container", style: { position: "absolute", ...style } }),
  picture: ({ file, width, height, style }) => ({
    type: "image", src: file, width, height, style: { position: "absolute", width, height, ...style },
  }),
  text: ({ words, style }) => ({ type: "text", text: words, style: { position: "absolute", ...style } }),
};

const renderer = new Renderer();
for (const { path, weight } of config.fonts) {
  await renderer.registerFont({ name: "Inter", data: readFileSync(path), weight, style: "normal" });
}
const images = Object.fromEntries(
  Object.entries(config.cards).map(([name, { folder }]) => [
    name,
    FILES[name].map((file) => ({ src: file, data: readFileSync(join(folder, file)) })),
  ]),
);

await serve(["png", "jpg"], (card, format, values) => {
  const { width, height } = config.cards[card];
  const { look, parts } = trees[card](values);
  const style = { position: "relative", width, height, overflow: "hidden", fontFamily: "Inter", ...look };
  const root = { type: "container", style, children: parts.map((part) => nodes[part.kind](part)) };
  const how = format === "png" ? { format } : { format: "jpeg", quality: JPEG_QUALITY };
  return renderer.render(root, { width, height, images: images[card], ...how });
});
