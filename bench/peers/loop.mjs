// A peer as a process: one question a line on stdin, one answer a line on stdout. The drawing alone is timed.

import { writeFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { createInterface } from "node:readline";

// { fonts: [{ path, weight }], cards: { name: { folder, width, height } } }
export const config = JSON.parse(process.argv[2]);

// The setting of our own JPEG, so that bytes and time can be compared.
export const JPEG_QUALITY = 84;

const say = (answer) => process.stdout.write(JSON.stringify(answer) + "\n");

// `draw(card, format, values)` gives the bytes of a picture; `formats` are those it can write.
export async function serve(formats, draw) {
  say({ formats });
  for await (const line of createInterface({ input: process.stdin })) {
    const { card, format, values, save } = JSON.parse(line);
    const cpu = process.cpuUsage();
    const began = performance.now();
    const body = await draw(card, format, values);
    const ms = performance.now() - began;
    const used = process.cpuUsage(cpu);
    if (save) writeFileSync(save, body);
    say({ ms, cpu_ms: (used.user + used.system) / 1000, bytes: body.length });
  }
}
