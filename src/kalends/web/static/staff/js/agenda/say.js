// What the page tells: a toast for the eyes, a line for screen readers. Sentences come translated from the page.

const STAYS_MS = 10_000;
const toasts = document.querySelector("[data-toasts]");
const spoken = document.querySelector("[data-said]");
const words = Object.fromEntries(
  [...document.querySelectorAll("[data-word]")].map((one) => [one.dataset.word, one.textContent]),
);

export function word(name, values = {}) {
  return (words[name] ?? "").replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

export function whisper(text) {
  spoken.textContent = "";
  requestAnimationFrame(() => { spoken.textContent = text; });
}

// `acts`: [label, what to do]. The toast stays while it is pointed at or holds the focus.
export function say(text, acts = []) {
  const toast = document.querySelector("[data-toast-mould]").content.firstElementChild.cloneNode(true);
  toast.querySelector("span").textContent = text;
  for (const [label, act] of acts) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", () => { toast.remove(); act(); });
    toast.append(button);
  }
  let timer;
  const wait = () => { clearTimeout(timer); timer = setTimeout(() => toast.remove(), STAYS_MS); };
  for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, () => clearTimeout(timer));
  for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, wait);
  toasts.replaceChildren(toast);
  wait();
  whisper(text);
}
