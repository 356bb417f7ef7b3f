// Looking for a patient while booking: a field with a list of people under it. The last row makes somebody new.

import { page } from "./grid.js";

const WAIT_MS = 120;

export function attach(field, choose) {
  const list = document.getElementById(field.getAttribute("aria-controls"));
  let timer, asking;
  const options = () => [...list.querySelectorAll("[role=option]")];
  const current = () => list.querySelector("[aria-selected=true]");

  function show(open) {
    list.hidden = !open;
    field.setAttribute("aria-expanded", String(open));
    if (open && current()) field.setAttribute("aria-activedescendant", current().id);
    else field.removeAttribute("aria-activedescendant");
  }

  function select(option) {
    for (const one of options()) one.setAttribute("aria-selected", String(one === option));
    option?.scrollIntoView({ block: "nearest" });
    show(true);
  }

  async function ask() {
    asking?.abort();
    asking = new AbortController();
    const url = new URL(page.dataset.peopleUrl, location.href);
    url.searchParams.set("q", field.value);
    try {
      const answer = await fetch(url, { signal: asking.signal });
      list.innerHTML = answer.ok ? await answer.text() : "";
      show(options().length > 0);
    } catch (fault) {
      if (fault.name !== "AbortError") show(false);
    }
  }

  field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, WAIT_MS); });
  field.addEventListener("keydown", (event) => {
    const all = options(), number = all.indexOf(current());
    if (event.key === "ArrowDown") select(all[Math.min(number + 1, all.length - 1)]);
    else if (event.key === "ArrowUp") select(all[Math.max(number - 1, 0)]);
    else if (event.key === "Enter" && !list.hidden && current()) choose(current(), field.value);
    else if (event.key === "Enter") ask();
    else if (event.key === "Escape" && !list.hidden) show(false);
    else return;
    event.preventDefault();
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) choose(option, field.value);
  });
  if (field.value) ask();
}
