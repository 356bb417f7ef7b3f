// What time does to the page: the line of now goes down, held times run out.

import { bounds, columnOf, placeOfInstant, put, refresh, root } from "./grid.js";
import { word } from "./say.js";

const seconds = () => Math.floor(Date.now() / 1000);

function tick() {
  for (const held of root.querySelectorAll("[data-until]")) {
    const left = Number(held.dataset.until) - seconds();
    if (left < 0) {
      delete held.dataset.until;
      refresh([columnOf(held).dataset.key]);
    } else {
      held.querySelector("b").textContent = word("held", { left: `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}` });
    }
  }
}

function goDown() {
  const { from, till } = bounds();
  const label = root.querySelector("[data-now]");
  for (const line of root.querySelectorAll(".col .now")) {
    const at = Math.floor(placeOfInstant(columnOf(line), seconds()) / 5) * 5;
    // A row that the page does not have would push all others down.
    if (at < from || at >= till) {
      line.remove();
      label?.remove();
      continue;
    }
    put(line, { at, length: 5 });
    if (label) put(label, { at, length: 15 });
  }
}

setInterval(tick, 1000);
setInterval(goDown, 30_000);
