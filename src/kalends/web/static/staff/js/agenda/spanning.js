// Dragging over free time: from the start where it begins to where the hand lets go, at most up to what stands there
// next. It opens the same form as a click, told how long the time is to be.

import { columnOf, cover, hand, hourOf, instantOf, iso, placeAt, placeOf, put, root, uncover } from "./grid.js";
import { open } from "./drawer.js";
import { word } from "./say.js";

const FAR_PX = 4, FIVE = 5;
let justSpanned = false;

// Where the free time after `at` ends for good: at a visit, a blocked or a closed time.
function limitOf(column, at) {
  const taken = [...column.querySelectorAll(".slot:not(.ghost), .shut")].map((one) => placeOf(one).at);
  return Math.min(...taken.filter((one) => one > at), Number(column.closest(".grid").dataset.till) * 60);
}

function drawn() {
  const bar = document.createElement("li");
  bar.append(Object.assign(document.createElement("span"), { className: "appt is-new" }));
  bar.setAttribute("aria-hidden", "true");
  return bar;
}

root.addEventListener("pointerdown", (event) => {
  const link = event.target.closest(".free > a");
  if (!link || event.button !== 0 || event.pointerType === "touch" || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const column = columnOf(link), { at } = placeOf(link.parentElement), limit = limitOf(column, at), from = event.clientY;
  hand.full = true;
  let bar = null, length = 0;
  const follow = (move) => {
    if (!bar) {
      if (Math.abs(move.clientY - from) < FAR_PX ) return;
      bar = drawn();
      column.querySelector(".col").append(bar);
      cover();
    }
    const until = Math.min(limit, Math.round(placeAt(column, move.clientY) / FIVE) * FIVE);
    length = Math.max(FIVE, until - at);
    bar.className = "slot";
    put(bar, { at, length });
    const hours = [at, at + length].map((one) => hourOf(column, one)).filter(Boolean).join(" – ");
    bar.firstChild.textContent = [hours, word("length", { minutes: length })].filter(Boolean).join(" · ");
  };
  const end = (spanned) => {
    removeEventListener("pointermove", follow);
    removeEventListener("pointerup", finish);
    removeEventListener("keydown", leave, true);
    uncover();
    hand.full = false;
    if (!bar) return;
    bar.remove();
    justSpanned = true;
    setTimeout(() => { justSpanned = false; });
    if (spanned) open(`${link.href}&end=${encodeURIComponent(iso(instantOf(column, at) + length * 60))}`, link);
  };
  const finish = () => end(true);
  const leave = (key) => { if (key.key === "Escape") end(false); };
  addEventListener("pointermove", follow);
  addEventListener("pointerup", finish);
  addEventListener("keydown", leave, true);
});
root.addEventListener("click", (event) => { if (justSpanned) { event.preventDefault(); event.stopImmediatePropagation(); } }, true);
