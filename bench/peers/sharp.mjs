// sharp at its quickest: everything but the personal texts is drawn once and kept as raw pixels; the texts are an
// SVG (librsvg) no larger than the rows they need, laid over them.

import sharp from "sharp";

import { config, JPEG_QUALITY, serve } from "./loop.mjs";
import { fill, number, readTemplate, split } from "./svg.mjs";

// Of a PNG: quicker than sharp's own (6), and where its files are as large as ours. Measured on the flat card.
const LEVEL = 4;

async function prepare({ folder, width, height }) {
  const { common, personal } = split(readTemplate(folder));
  const { data, info } = await sharp(Buffer.from(common)).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const rows = personal.map((text) => [number(text, "y"), number(text, "font-size")]);
  const top = Math.floor(Math.min(...rows.map(([y, size]) => y - size * 1.1)));
  const bottom = Math.ceil(Math.min(height, Math.max(...rows.map(([y, size]) => y + size * 0.4))));
  const root = common.match(/<svg[^>]*>/)[0]
    .replace(/\bheight="\d+"/, `height="${bottom - top}"`)
    .replace(/viewBox="[^"]*"/, `viewBox="0 ${top} ${width} ${bottom - top}"`);
  return { data, raw: { width, height, channels: info.channels }, top, texts: `${root}${personal.join("")}</svg>` };
}

const prepared = {};
for (const [name, card] of Object.entries(config.cards)) prepared[name] = await prepare(card);

await serve(["png", "jpg"], (card, format, values) => {
  const { data, raw, top, texts } = prepared[card];
  const input = Buffer.from(fill(texts, values));
  // To lay something over a picture gives it an opaque alpha, which would be compressed with the rest.
  const picture = sharp(data, { raw }).composite([{ input, left: 0, top }]).removeAlpha();
  return (
    format === "png"
      ? picture.png({ compressionLevel: LEVEL })
      : picture.jpeg({ quality: JPEG_QUALITY, chromaSubsampling: "4:4:4" })
  ).toBuffer();
});
