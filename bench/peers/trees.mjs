// The reference cards as trees of boxes, for peers that lay out CSS. The numbers are those of the templates.

import { guessSize } from "./fitting.mjs";

const BASELINE = 0.864; // of the size, from the top of a line of Inter at line-height 1

const box = (left, top, width, height, look) => ({ kind: "box", style: { left, top, width, height, ...look } });
const disc = (x, y, radius, color) =>
  box(x - radius, y - radius, 2 * radius, 2 * radius, { borderRadius: radius, backgroundColor: color });
const picture = (file, left, top, width, height) => ({ kind: "picture", file, width, height, style: { left, top } });

function text(words, x, y, size, look = {}) {
  const style = { left: x, top: y - BASELINE * size, fontSize: size, lineHeight: 1, fontWeight: 500, ...look };
  return { kind: "text", words, style: { whiteSpace: "nowrap", ...style } };
}

function fitted(words, x, y, size, width, look) {
  return text(words, x, y, guessSize(words, size, width), { fontWeight: 700, ...look });
}

const flat = ({ name, company }) => ({
  look: {
    backgroundImage: "linear-gradient(117.7deg, #06262B 0%, #0B4A4B 55%, #14806B 100%)",
    color: "#FFFFFF",
  },
  parts: [
    disc(1000, 120, 330, "rgba(255,255,255,0.06)"),
    disc(1150, 560, 240, "rgba(255,196,92,0.24)"),
    disc(800, 690, 210, "rgba(255,255,255,0.07)"),
    box(72, 72, 64, 6, { borderRadius: 3, backgroundColor: "#FFC45C" }),
    picture("logo.png", 968, 72, 160, 160),
    text("Live session, 12 March, 15:00 CET", 72, 134, 28, { color: "#FFD58A" }),
    fitted(`${name},`, 72, 286, 112, 840, { letterSpacing: -2 }),
    text("your seat is saved.", 72, 360, 56, { fontWeight: 700, letterSpacing: -1 }),
    text(`Planning for ${company}, with two guests`, 72, 424, 30, { color: "#CFE8E1" }),
    box(72, 488, 324, 80, { borderRadius: 40, backgroundColor: "#FFC45C" }),
    text("Add to calendar", 72, 539, 30, { fontWeight: 700, color: "#06262B", width: 324, justifyContent: "center", textAlign: "center" }),
  ],
});

const header = ({ name, company }) => ({
  look: { backgroundColor: "#FFF4E8", color: "#1B1D29" },
  parts: [
    disc(540, 24, 120, "rgba(255,138,91,0.85)"),
    disc(452, 206, 84, "rgba(242,193,78,0.8)"),
    disc(592, 176, 64, "rgba(46,58,140,0.9)"),
    box(32, 32, 24, 24, { borderRadius: 7, backgroundColor: "#2E3A8C" }),
    text("Fernweh", 68, 51, 18, { fontWeight: 700, color: "#2E3A8C" }),
    fitted(`Hi ${name}`, 32, 116, 40, 380, { letterSpacing: -1 }),
    text(`Your week at ${company}`, 32, 156, 19, { color: "#5B5F73" }),
  ],
});

const photo = ({ name, company }) => ({
  look: { backgroundColor: "#0A1020", color: "#FFFFFF" },
  parts: [
    picture("photo.jpg", 0, 0, 1200, 630),
    box(0, 330, 1200, 300, {
      backgroundImage:
        "linear-gradient(180deg, rgba(10,16,32,0) 0%, rgba(10,16,32,0.72) 60%, rgba(10,16,32,0.86) 100%)",
    }),
    fitted(`${name}, the lake is calling`, 64, 540, 72, 1072, { letterSpacing: -1 }),
    text(`Three days away for everyone at ${company}`, 64, 590, 28, { color: "#E4E9F5" }),
  ],
});

export const trees = { flat, header, photo };
