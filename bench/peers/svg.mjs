// The template's own SVG for peers that read SVG: values filled in, pictures inlined, the shrunk line guessed.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { guessSize } from "./fitting.mjs";

const TEXT = /<text\b([^>]*)>([^<]*)<\/text>/g;
const TYPES = { png: "image/png", jpg: "image/jpeg" };

export const number = (attributes, name) => Number(attributes.match(new RegExp(`\\b${name}="([^"]*)"`))[1]);

export const dataUri = (path) =>
  `data:${TYPES[path.split(".").pop()]};base64,${readFileSync(path).toString("base64")}`;

// The template with its pictures as data URIs, which is the only kind these peers load from a string.
export function readTemplate(folder) {
  const svg = readFileSync(join(folder, "template.svg"), "utf8");
  return svg.replace(/href="([\w-]+\.(?:png|jpg))"/g, (_, file) => `href="${dataUri(join(folder, file))}"`);
}

const escape = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

const filled = (source, values, print) => source.replace(/\{\{ (\w+) \}\}/g, (_, name) => print(values[name]));

export function fill(svg, values) {
  return svg.replace(TEXT, (whole, attributes, words) => {
    if (!words.includes("{{")) return whole;
    const shown = `>${filled(words, values, escape)}</text>`;
    if (!attributes.includes('data-fit="shrink"')) return `<text${attributes}${shown}`;
    const letters = filled(words, values, String);
    const size = guessSize(letters, number(attributes, "font-size"), number(attributes, "inline-size"));
    return `<text${attributes.replace(/font-size="[^"]*"/, `font-size="${size}"`)}${shown}`;
  });
}

// The template in two: what every picture shows, and the personal texts.
export function split(svg) {
  const personal = [];
  const common = svg.replace(TEXT, (whole, _, words) => {
    if (!words.includes("{{")) return whole;
    personal.push(whole);
    return "";
  });
  return { common, personal };
}
