// The template's own SVG through resvg-js, text and all.

import { Resvg } from "@resvg/resvg-js";

import { config, serve } from "./loop.mjs";
import { fill, readTemplate } from "./svg.mjs";

const templates = Object.fromEntries(
  Object.entries(config.cards).map(([name, { folder }]) => [name, readTemplate(folder)]),
);
const options = {
  font: { fontFiles: config.fonts.map(({ path }) => path), loadSystemFonts: false, defaultFontFamily: "Inter" },
};

await serve(["png"], (card, _, values) => new Resvg(fill(templates[card], values), options).render().asPng());
