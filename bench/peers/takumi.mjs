// takumi at its quickest: everything but the personal texts is drawn once; the renderer keeps that picture decoded,
// and the fonts. The texts are a node tree over it.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { Renderer } from "@takumi-rs/core";

import { config, JPEG_QUALITY, serve } from "./loop.mjs";
import { trees } from "./trees.mjs";

const FILES = { flat: ["logo.png"], header: [], photo: ["photo.jpg"] };
const GROUND = "ground.png";
const NOBODY = { name: "", company: "" };
const SOMEBODY = { name: "Ada Brown", company: "Alder" };

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

function draw(card, { look, parts }, images, how) {
  const { width, height } = config.cards[card];
  const style = { position: "relative", width, height, overflow: "hidden", fontFamily: "Inter", ...look };
  const root = { type: "container", style, children: parts.map((part) => nodes[part.kind](part)) };
  return renderer.render(root, { width, height, images, ...how });
}

// The picture of what every person's card shows, and which parts of a card are personal.
async function prepare(card, { folder, width, height }) {
  const [nobodys, somebodys] = [NOBODY, SOMEBODY].map(trees[card]);
  const isPersonal = nobodys.parts.map((part, place) => part.words !== somebodys.parts[place].words);
  const common = { ...nobodys, parts: nobodys.parts.filter((_, place) => !isPersonal[place]) };
  const files = FILES[card].map((file) => ({ src: file, data: readFileSync(join(folder, file)) }));
  const images = [{ src: GROUND, data: await draw(card, common, files, { format: "png" }) }];
  return { isPersonal, images, ground: { kind: "picture", file: GROUND, width, height, style: { left: 0, top: 0 } } };
}

const prepared = {};
for (const [name, card] of Object.entries(config.cards)) prepared[name] = await prepare(name, card);

await serve(["png", "jpg"], (card, format, values) => {
  const { isPersonal, images, ground } = prepared[card];
  const { look, parts } = trees[card](values);
  const shown = { look: { color: look.color }, parts: [ground, ...parts.filter((_, place) => isPersonal[place])] };
  return draw(card, shown, images, format === "png" ? { format } : { format: "jpeg", quality: JPEG_QUALITY });
});
