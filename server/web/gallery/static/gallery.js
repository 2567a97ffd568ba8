// Keeps the picture and the links of a template's page in step with its form. Without it the form is submitted, and
// the server writes the same page.
"use strict";

const PAUSE_MS = 250; // after the last key, so that a word is one drawing and not one for each letter

const find = (id) => document.getElementById(id);
const form = find("form");
const picture = find("picture");

let underWay = null; // the request whose answer is still wanted
let shown = 0; // counts pictures, so that one that comes late never replaces a later one

async function update() {
  underWay?.abort();
  underWay = new AbortController();
  const { signal } = underWay;
  try {
    const answer = await fetch(form.dataset.links, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      signal,
    });
    const made = await answer.json();
    if (!answer.ok) throw new Error(made.detail);
    write(made);
    await draw(made, signal);
  } catch (error) {
    if (error.name !== "AbortError") find("trouble").textContent = error.message || "The server does not answer.";
  }
}

function write({ links, reasons, notes }) {
  for (const [id, text] of Object.entries(links)) find(`text-${id}`).textContent = text;
  for (const why of document.querySelectorAll("[data-param]")) {
    const reason = reasons[why.dataset.param] ?? "";
    if (why.textContent !== reason) why.textContent = reason;
  }
  find("notes").replaceChildren(...notes.map((note) => Object.assign(document.createElement("li"), { textContent: note })));
}

// The old picture stays until the new one is there. It is fetched first, because only so can its headers be read.
async function draw({ picture: address, width, height, alt }, signal) {
  const turn = ++shown;
  const answer = await fetch(address, { signal });
  const bytes = (await answer.blob()).size;
  const next = new Image();
  next.src = address;
  await next.decode();
  if (turn !== shown) return;
  Object.assign(picture, { src: address, width, height, alt });
  const problem = answer.headers.get("nameplate-problem");
  find("trouble").textContent = problem ? `This is the default picture, because of: ${problem}` : "";
  find("facts").textContent = [`${width} × ${height} pixels`, kilobytes(bytes), milliseconds(answer)].filter(Boolean).join(" · ");
}

const kilobytes = (bytes) => `${Math.max(1, Math.round(bytes / 1000))} KB`;

function milliseconds(answer) {
  const found = /dur=([\d.]+)/.exec(answer.headers.get("server-timing") ?? "");
  return found && `${Math.max(1, Math.round(found[1]))} ms`;
}

let waiting;
form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(update, PAUSE_MS);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  update();
});
// The tools stand outside the form's element, and their events pass it by.
document.querySelector(".tools").addEventListener("input", update);
find("submit").hidden = true;
if (picture) update(); // browsers fill a form in again when its page is loaded again
