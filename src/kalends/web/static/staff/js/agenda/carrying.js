// Moving and stretching an appointment, by pointer or by key. It is shown where it would come to stand; the server says
// whether it may; if not, it goes back to its place and the reason is told.

import { columnAt, columnOf, columns, cover, hand, hourOf, instantOf, iso, nearestStart, own, page, placeAt, placeOf, put, refresh, root, startsOf, touch, uncover } from "./grid.js";
import { go } from "./roving.js";
import { say, whisper, word } from "./say.js";

const MOVABLE = ["is-pending", "is-booked", "is-confirmed"];
const STRETCHABLE = [...MOVABLE, "is-arrived"];
const EDGE_PX = 7, FAR_PX = 4, FIVE = 5;
const address = page.dataset.placeUrl;
const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
const tell = document.querySelector("[data-tell]");

let carried = null;
let justDropped = false;

const can = (slot, states) => {
  const bar = slot?.querySelector("a.appt");
  return Boolean(address && bar && !bar.classList.contains("is-group") && states.some((state) => bar.classList.contains(state)));
};
const nothingUuid = "00000000-0000-0000-0000-000000000000";
const idOf = (slot) => slot.querySelector("a.appt").getAttribute("href").match(/[0-9a-f-]{36}(?=\/$)/)[0];

function pick(slot) {
  hand.full = true;
  const column = columnOf(slot), place = placeOf(slot);
  carried = { slot, from: { column, place, css: slot.className, next: slot.nextSibling }, column, place, hour: slot.querySelector(".t")?.textContent };
  slot.classList.add("is-carried");
}

function show(column, place) {
  Object.assign(carried, { column, place });
  if (columnOf(carried.slot) !== column) column.querySelector(".col").append(carried.slot);
  put(carried.slot, place);
  carried.slot.classList.add("is-carried");
  const hour = carried.slot.querySelector(".t");
  if (hour) hour.textContent = hourOf(column, place.at) || carried.hour;
}

function putBack({ slot, from, hour }) {
  slot.className = from.css;
  const list = from.column.querySelector(".col");
  list.insertBefore(slot, from.next?.parentNode === list ? from.next : null);
  if (slot.querySelector(".t")) slot.querySelector(".t").textContent = hour;
}

function letGo() {
  carried = null;
  hand.full = false;
}

function cancel() {
  if (!carried) return;
  const { slot } = carried;
  putBack(carried);
  letGo();
  whisper(word("back"));
  go(slot.querySelector("a"));
}

async function send(id, fields) {
  own();
  const body = new URLSearchParams({ csrfmiddlewaretoken: token, ...fields, ...(!tell || tell.checked ? { tell: "on" } : {}) });
  const answer = await fetch(address.replace(nothingUuid, id), { method: "POST", body, headers: { Accept: "application/json" } });
  const said = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : { told: word("lost"), others: [] };
  return { ok: answer.ok, ...said };
}

const where = (column, at) => ({ schedule: column.dataset.schedule, start: iso(instantOf(column, at)) });

async function drop() {
  const { slot, from, column, place } = carried, was = carried;
  const moved = column !== from.column || place.at !== from.place.at, stretched = place.length !== from.place.length;
  letGo();
  slot.classList.remove("is-carried");
  if (!moved && !stretched) return putBack(was);
  slot.classList.add("is-saving");
  touch(from.column);
  touch(column);
  const id = idOf(slot);
  const ends = { end: iso(instantOf(column, place.at) + place.length * 60) };
  return settle(id, () => send(id, moved ? where(column, place.at) : ends), was, moved ? where(from.column, from.place.at) : { end: iso(instantOf(from.column, from.place.at + from.place.length)) });
}

// Ask the server; `former` is what undoes it.
async function settle(id, ask, was, former) {
  let answer;
  try { answer = await ask(); } catch { answer = { ok: false, told: word("lost"), others: [] }; }
  if (!answer.ok && was) putBack(was);
  const undo = answer.ok && former ? [[word("undo"), () => settle(id, () => send(id, former), null, null)]] : [];
  const schedule = was?.column.dataset.schedule;
  const others = (answer.others ?? []).map(([label, start]) => [label, () => settle(id, () => send(id, { schedule, start }), null, former)]);
  say(others.length ? `${answer.told} ${word("others")}` : answer.told, [...others, ...undo]);
  // First what one looks at; then the others, which may share a room with it.
  if (was) await refresh([...new Set([was.from.column, was.column])].map((column) => column.dataset.key));
  const all = refresh();
  if (was) all.catch(() => {}); else await all;
  const bar = root.querySelector(`a.appt[href$="/${id}/"]`);
  if (bar && document.activeElement === document.body) go(bar);
}

// By pointer; a finger scrolls.
root.addEventListener("pointerdown", (event) => {
  const slot = event.target.closest(".slot");
  if (event.button !== 0 || event.pointerType === "touch" || !can(slot, STRETCHABLE)) return;
  const box = slot.getBoundingClientRect(), { clientX, clientY } = event;
  const pulls = box.bottom - clientY < EDGE_PX && box.height > EDGE_PX * 2;
  if (!pulls && !can(slot, MOVABLE)) return;
  const grip = clientY - box.top;
  hand.full = true; // what is drawn anew now would slip from under the hand
  const follow = (move) => {
    if (!carried) {
      if (!slot.isConnected || Math.hypot(move.clientX - clientX, move.clientY - clientY) < FAR_PX) return;
      pick(slot);
      cover();
    }
    pulls ? pull(move.clientY) : carry(move.clientX, move.clientY - grip);
  };
  const finish = () => {
    removeEventListener("pointermove", follow);
    uncover();
    if (!carried) { hand.full = false; return; }
    justDropped = true;
    setTimeout(() => { justDropped = false; });
    drop();
  };
  addEventListener("pointermove", follow);
  addEventListener("pointerup", finish, { once: true });
});

function carry(x, y) {
  const column = columnAt(x) ?? carried.column;
  const at = nearestStart(column, placeAt(column, y));
  if (at !== null) show(column, { at, length: carried.place.length });
}

function pull(y) {
  const { column, place } = carried;
  const until = Math.round(placeAt(column, y) / FIVE) * FIVE;
  show(column, { at: place.at, length: Math.max(FIVE, until - place.at) });
}

root.addEventListener("dragstart", (event) => event.preventDefault());
root.addEventListener("click", (event) => { if (justDropped) { event.preventDefault(); event.stopImmediatePropagation(); } }, true);
root.addEventListener("pointermove", (event) => {
  const slot = event.target.closest(".slot");
  const edge = can(slot, STRETCHABLE) && slot.getBoundingClientRect().bottom - event.clientY < EDGE_PX;
  root.classList.toggle("can-stretch", edge);
  root.classList.toggle("can-move", !edge && can(slot, MOVABLE));
});

// By key.
function step(key) {
  const { column, place } = carried, starts = startsOf(column);
  if (key === "ArrowDown" || key === "ArrowUp") {
    const at = key === "ArrowDown" ? starts.find((start) => start > place.at) : starts.filter((start) => start < place.at).pop();
    return at === undefined ? null : { column, place: { at, length: place.length } };
  }
  const all = columns(), beside = all[all.indexOf(column) + (key === "ArrowRight" ? 1 : -1)];
  const at = beside ? nearestStart(beside, place.at) : null;
  return at === null ? null : { column: beside, place: { at, length: place.length } };
}

root.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (!carried) {
    const slot = event.target.closest?.(".slot");
    if (event.key.toLowerCase() === "m" && can(slot, MOVABLE)) pick(slot);
    else if (["+", "-"].includes(event.key) && can(slot, STRETCHABLE)) { pick(slot); lengthen(event.key); }
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
    whisper(word("picked", { name: slot.querySelector("b").textContent }));
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  if (event.key === "Escape") cancel();
  else if (event.key === "Enter") drop();
  else if (["+", "-"].includes(event.key)) lengthen(event.key);
  else if (event.key.startsWith("Arrow")) {
    const next = step(event.key);
    if (!next) return;
    show(next.column, next.place);
    carried.slot.querySelector("a").focus();
    carried.slot.scrollIntoView({ block: "nearest", inline: "nearest" });
    whisper(`${next.column.getAttribute("aria-label")}, ${hourOf(next.column, next.place.at)}`);
  }
}, true);

function lengthen(key) {
  const { column, place } = carried;
  const length = Math.max(FIVE, place.length + (key === "+" ? FIVE : -FIVE));
  show(column, { at: place.at, length });
  whisper(word("length", { minutes: length }));
}

addEventListener("keydown", (event) => { if (event.key === "Escape" && carried) cancel(); });
