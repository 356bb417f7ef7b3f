// The agenda of the desk. Without it the page is complete: links open appointments and book free times.

import { columns, grid, partUrl, placeOf, placeOfInstant, root } from "./grid.js";

function look() {
  const hour = grid().querySelector(".col").getBoundingClientRect().height / (grid().dataset.till - grid().dataset.from);
  const found = new URL(location.href).searchParams.get("at");
  if (found) show(Number(found));
  const line = root.querySelector(".col .now");
  if (line && !found) root.scrollTop = line.offsetTop - 2 * hour;
  else if (grid().dataset.from < 8) root.scrollTop = (8 - grid().dataset.from) * hour;
}

// The free time that was looked for, first of all.
function show(instant) {
  for (const column of columns()) {
    const wanted = placeOfInstant(column, instant);
    const free = [...column.querySelectorAll(".free")].find((one) => placeOf(one).at === wanted);
    if (!free || wanted < 0) continue;
    free.classList.add("is-found");
    free.scrollIntoView({ block: "center", inline: "nearest" });
    free.firstElementChild.focus({ preventScroll: true });
    return;
  }
}

async function fillMonth() {
  const month = document.querySelector("[data-month]");
  const answer = await fetch(partUrl("month"));
  if (answer.ok && !answer.redirected) month.innerHTML = await answer.text();
}

function choosing(form) {
  const button = form.querySelector("[type=submit]");
  let timer;
  button.hidden = true;
  form.addEventListener("change", (event) => {
    clearTimeout(timer);
    timer = setTimeout(() => form.requestSubmit(), event.target.type === "checkbox" ? 500 : 0);
  });
}

function remembered(box) {
  const kept = "kalends-tell-of-moves";
  try { box.checked = localStorage.getItem(kept) !== "no"; } catch { /* the choice lasts as long as the page */ }
  box.addEventListener("change", () => { try { localStorage.setItem(kept, box.checked ? "yes" : "no"); } catch { /* the same */ } });
}

if (root) {
  document.querySelectorAll("[data-tell]").forEach(remembered);
  // In this order: who carries something hears keys before who walks through the grid.
  await import("./carrying.js");
  await import("./spanning.js");
  await import("./roving.js");
  await import("./drawer.js");
  await import("./clock.js");
  await import("./live.js");
  look();
  fillMonth();
  root.dataset.ready = "yes"; // until now a key or a click follows the link to the whole page
}
document.querySelectorAll("[data-what]").forEach(choosing);
