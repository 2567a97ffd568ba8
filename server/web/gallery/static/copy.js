// The buttons that copy what stands beside them. Without script they are not there, and the text can be selected.
"use strict";

const SHOWN_MS = 1500; // how long a button says that it has copied

async function copy(button) {
  const code = document.getElementById(button.dataset.copy);
  if (navigator.clipboard) await navigator.clipboard.writeText(code.textContent);
  else copySelected(code);
  button.textContent = "Copied";
  document.getElementById("said").textContent = button.getAttribute("aria-label").replace("Copy", "Copied");
  setTimeout(() => (button.textContent = "Copy"), SHOWN_MS);
}

// Over plain HTTP, other than from this machine, browsers have no clipboard to write to.
function copySelected(code) {
  const range = document.createRange();
  range.selectNodeContents(code);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
  document.execCommand("copy");
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}
