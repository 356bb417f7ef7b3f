// The drawer beside the grid: an appointment, a booking, a blocked time. What it shows are parts of ordinary pages, so
// the same links and forms work without it.

import { attach } from "./people.js";
import { own, refresh, root } from "./grid.js";
import { go } from "./roving.js";
import { say, word } from "./say.js";

const drawer = document.querySelector("[data-drawer]");
const work = document.querySelector(".work");
const WORDS = ["reason", "visit_remark"]; // about the visit: one may pass them by
let shown = null;
let opener = null;

function partOf(address) {
  const url = new URL(address, location.href);
  url.searchParams.set("part", "drawer");
  return url;
}

export async function open(address, from = document.activeElement) {
  let answer;
  try { answer = await fetch(partOf(address)); } catch { return say(word("lost")); }
  if (answer.redirected || !answer.ok) return location.assign(address);
  opener = from && !drawer.contains(from) ? from.getAttribute?.("href") : opener;
  shown = address;
  fill(await answer.text());
}

function fill(html, typed = []) {
  drawer.innerHTML = html;
  drawer.hidden = false;
  work.classList.add("with-drawer");
  for (const [name, value] of typed) {
    const field = drawer.querySelector(`[name="${CSS.escape(name)}"]:not([type=hidden], select)`);
    if (!field || field.value && field.type !== "checkbox") continue;
    if (field.type === "checkbox") field.checked = value === "on";
    else field.value = value;
  }
  const who = drawer.querySelector("[data-who]");
  if (who) attach(who, choose);
  const first = drawer.querySelector("[aria-invalid], .bad input") ?? who
    ?? [...drawer.querySelectorAll("form[data-drawer-form] .input:not(select)")].find((field) => !WORDS.includes(field.name) && !field.value)
    ?? drawer.querySelector("form[data-drawer-form] [type=submit]") ?? drawer.querySelector("h2");
  first.focus();
  drawer.scrollIntoView({ block: "nearest" });
}

export function close() {
  drawer.hidden = true;
  drawer.replaceChildren();
  work.classList.remove("with-drawer");
  shown = null;
  const back = opener && root.querySelector(`[href="${CSS.escape(opener)}"]`);
  if (back) go(back);
}

// What stands in the form, as an address that asks for the same; what was typed about people stays out of it.
function wished(more = {}) {
  const form = drawer.querySelector("[data-drawer-form]");
  const url = new URL(form.action);
  for (const field of form.querySelectorAll("[type=hidden], [data-reload][name]")) {
    if (field.name && field.name !== "csrfmiddlewaretoken" && field.value) url.searchParams.set(field.name, field.value);
  }
  for (const [name, value] of Object.entries(more)) url.searchParams.set(name, value);
  return url;
}

async function reload(address) {
  const form = drawer.querySelector("[data-drawer-form]");
  const typed = form ? [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken") : [];
  for (const box of form?.querySelectorAll("[type=checkbox]:not(:checked, :disabled)") ?? []) typed.push([box.name, "off"]);
  const answer = await fetch(partOf(address));
  if (!answer.ok) return say(word("lost"));
  shown = address;
  return fill(await answer.text(), typed);
}

function choose(option, typed) {
  return reload(wished("new" in option.dataset ? { new: "yes", q: typed } : { contact: option.dataset.contact }));
}

drawer.addEventListener("click", (event) => {
  if (event.target.closest("[data-close]")) return close();
  const link = event.target.closest("a[data-reload], a.time-link, a[data-drawer-link]");
  if (!link || event.ctrlKey || event.metaKey) return undefined;
  event.preventDefault();
  return link.matches("[data-drawer-link]") ? open(link.href) : reload(link.href);
});
drawer.addEventListener("change", (event) => {
  if (event.target.matches("select[data-reload]")) reload(wished());
});
drawer.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented) { event.preventDefault(); close(); }
});

drawer.addEventListener("submit", async (event) => {
  const form = event.target, button = event.submitter;
  if (form.method !== "post") return;
  event.preventDefault();
  if (form.dataset.sending) return;
  form.dataset.sending = "yes";
  own();
  const body = new FormData(form, button);
  button?.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", body });
    await told(form, answer);
  } catch {
    say(word("lost"));
  } finally {
    delete form.dataset.sending;
    button?.removeAttribute("aria-busy");
  }
});

async function told(form, answer) {
  if (answer.headers.get("Content-Type")?.includes("json")) {
    const { told: sentence, made } = await answer.json();
    close();
    say(sentence);
    await refresh();
    if (made) go(root.querySelector(`a.appt[href$="/${made}/"]`));
  } else if (form.matches("[data-drawer-form]")) {
    fill(await answer.text());
  } else {
    if (!answer.ok) say(new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("h1")?.textContent ?? word("lost"));
    await reload(shown);
    await refresh();
  }
}

root.addEventListener("click", (event) => {
  const thing = event.target.closest("a.appt:not(.is-group, .is-blocked, .is-reserved), .free > a");
  if (!thing || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open(thing.href, thing);
});
