"use strict";
const figures = [...document.querySelectorAll("figure")];
const filters = [...document.querySelectorAll("nav button")];
const dialog = document.querySelector("dialog");
let current = 0;

const visible = () => figures.filter((figure) => !figure.hidden);

function filter(kind) {
  for (const button of filters) button.setAttribute("aria-pressed", String(button.dataset.kind === kind));
  for (const figure of figures) figure.hidden = kind !== "" && figure.dataset.kind !== kind;
  document.getElementById("shown").textContent = `${visible().length} pictures shown`;
}

function enlarge(place) {
  const shown = visible();
  current = (place + shown.length) % shown.length;
  const figure = shown[current];
  dialog.querySelector(".large").replaceChildren(figure.querySelector("img").cloneNode());
  const caption = figure.querySelector("figcaption").cloneNode(true);
  for (const details of caption.querySelectorAll("details")) details.open = true;
  dialog.querySelector(".caption").replaceChildren(...caption.childNodes);
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
}

document.querySelector("nav").hidden = false;
for (const button of filters) button.addEventListener("click", () => filter(button.dataset.kind));
for (const figure of figures) {
  figure.querySelector(".picture").addEventListener("click", () => enlarge(visible().indexOf(figure)));
}
for (const button of dialog.querySelectorAll("[data-step]")) {
  button.addEventListener("click", () => enlarge(current + Number(button.dataset.step)));
}
dialog.addEventListener("keydown", (event) => {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (step) enlarge(current + step);
});
dialog.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close();
});
