// The cards as elements through satori to SVG with outlined text, and that through resvg-js to PNG.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { Resvg } from "@resvg/resvg-js";
import satori from "satori";

import { config, serve } from "./loop.mjs";
import { dataUri } from "./svg.mjs";
import { trees } from "./trees.mjs";

const element = (type, style, rest) => ({ type, props: { style: { display: "flex", ...style }, ...rest } });

const elements = {
  box: ({ style }) => element("div", { position: "absolute", ...style }),
  picture: ({ file, width, height, style }, folder) =>
    element("img", { position: "absolute", ...style }, { src: source(join(folder, file)), width, height }),
  text: ({ words, style }) => element("div", { position: "absolute", ...style }, { children: words }),
};

const sources = new Map();
function source(path) {
  if (!sources.has(path)) sources.set(path, dataUri(path));
  return sources.get(path);
}

const fonts = config.fonts.map(({ path, weight }) => ({
  name: "Inter", data: readFileSync(path), weight, style: "normal",
}));

await serve(["png"], async (card, _, values) => {
  const { width, height, folder } = config.cards[card];
  const { look, parts } = trees[card](values);
  const children = parts.map((part) => elements[part.kind](part, folder));
  const root = element("div", { position: "relative", width, height, fontFamily: "Inter", ...look }, { children });
  const svg = await satori(root, { width, height, fonts });
  return new Resvg(svg, { font: { loadSystemFonts: false } }).render().asPng();
});
