// One stop of the Tab key for the whole grid; inside it the arrow keys reach every appointment and every free time.

import { isOff } from "../keys.js";
import { columnOf, columns, placeOf, root } from "./grid.js";

const things = (column) => [...column.querySelectorAll(".col a")];
const at = (thing) => placeOf(thing.parentElement).at;

function settle(current) {
  for (const thing of root.querySelectorAll(".col a")) thing.tabIndex = thing === current ? 0 : -1;
}

export function stop() {
  const now = root.querySelector(".col a[tabindex='0']");
  return now ?? root.querySelector(".col .appt[href]") ?? root.querySelector(".col a");
}

export function go(thing) {
  if (!thing) return;
  settle(thing);
  thing.focus();
  thing.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function aside(thing, step) {
  const all = columns(), wanted = at(thing);
  for (let number = all.indexOf(columnOf(thing)) + step; all[number]; number += step) {
    const found = things(all[number]);
    if (found.length) return found.reduce((best, one) => (Math.abs(at(one) - wanted) < Math.abs(at(best) - wanted) ? one : best));
  }
  return null;
}

function next(thing, key) {
  const all = things(columnOf(thing));
  switch (key) {
    case "ArrowDown": return all[all.indexOf(thing) + 1];
    case "ArrowUp": return all[all.indexOf(thing) - 1];
    case "ArrowRight": return aside(thing, 1);
    case "ArrowLeft": return aside(thing, -1);
    case "Home": return all[0];
    case "End": return all.at(-1);
    default: return undefined;
  }
}

root.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!["ArrowDown", "ArrowUp", "ArrowRight", "ArrowLeft", "Home", "End"].includes(event.key)) return;
  const thing = event.target.closest(".col a");
  event.preventDefault();
  go(thing ? next(thing, event.key) : stop());
});
// From anywhere on the page where nothing is chosen yet, an arrow leads into the grid: by Tab it lies behind the whole bar.
document.addEventListener("keydown", (event) => {
  if (event.target !== document.body || event.defaultPrevented || isOff()) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (!["ArrowDown", "ArrowUp", "ArrowRight", "ArrowLeft"].includes(event.key) || !stop()) return;
  event.preventDefault();
  go(stop());
});
root.addEventListener("focusin", (event) => {
  const thing = event.target.closest(".col a");
  if (thing && thing.tabIndex !== 0) settle(thing);
});
root.addEventListener("agenda:drawn", () => settle(stop()));
settle(stop());
