// The grid: places in minutes from the top of a day, said by classes (at-0915 for-30); columns, and fetching them anew.

export const page = document.querySelector("main.agenda");
export const root = document.querySelector("[data-grid]");
const LIVE_MS = 4000;

export const grid = () => root.querySelector(".grid");
export const columns = () => [...root.querySelectorAll(".column")];
export const columnOf = (element) => element.closest(".column");

export function placeOf(slot) {
  const at = slot.className.match(/\bat-(\d\d)(\d\d)\b/);
  const length = slot.className.match(/\bfor-(\d+)\b/);
  return { at: Number(at[1]) * 60 + Number(at[2]), length: length ? Number(length[1]) : 5 };
}

export function put(slot, { at, length }) {
  const rest = slot.className.replace(/\b(at|for|lane|of)-\d+\b|\bmakes-room\b/g, "").trim();
  const hour = `${String(Math.floor(at / 60)).padStart(2, "0")}${String(at % 60).padStart(2, "0")}`;
  slot.className = `${rest} at-${hour} for-${length}`.replace(/\s+/g, " ");
}

export function bounds() {
  return { from: Number(grid().dataset.from) * 60, till: Number(grid().dataset.till) * 60 };
}

function anchorsOf(column) {
  return column.dataset.anchors.split(",").map((pair) => pair.split(":").map(Number));
}

// The instant (seconds) of a place, and back; on the days of clock changes a column has several anchors.
export function instantOf(column, at) {
  const [place, epoch] = anchorsOf(column).filter(([from]) => from <= at).pop();
  return epoch + (at - place) * 60;
}

export function placeOfInstant(column, instant) {
  const [place, epoch] = anchorsOf(column).filter(([, begins]) => begins <= instant).pop() ?? [0, instant];
  return place + (instant - epoch) / 60;
}

export const iso = (epoch) => new Date(epoch * 1000).toISOString();

// The hour of a place as its column's clocks show it; nothing on days that have an hour twice or not at all.
export function hourOf(column, at) {
  return anchorsOf(column).length > 1 ? "" : `${Math.floor(at / 60)}:${String(at % 60).padStart(2, "0")}`;
}

export function startsOf(column) {
  return column.dataset.starts ? column.dataset.starts.split(" ").map(Number) : [];
}

export function nearestStart(column, wanted) {
  return startsOf(column).reduce(
    (best, start) => (best === null || Math.abs(start - wanted) < Math.abs(best - wanted) ? start : best), null,
  );
}

export function placeAt(column, y) {
  const box = column.querySelector(".col").getBoundingClientRect();
  const { from, till } = bounds();
  return from + ((y - box.top) / box.height) * (till - from);
}

export function columnAt(x) {
  return columns().find((column) => {
    const box = column.getBoundingClientRect();
    return box.left <= x && x < box.right;
  });
}

// Where a part of this very page comes from.
export function partUrl(part, extra = []) {
  const url = new URL(location.href);
  url.searchParams.set("part", part);
  for (const [name, value] of extra) url.searchParams.append(name, value);
  return url;
}

// Whether what changes just now is most likely what this very page has just done.
const OWN_MS = 3000;
let ownUntil = 0;
export const own = () => { ownUntil = Date.now() + OWN_MS; };
export const isOwn = () => Date.now() < ownUntil;

// While somebody carries something, nothing is drawn anew under their hand.
export const hand = { full: false };
addEventListener("selectstart", (event) => { if (hand.full) event.preventDefault(); });

// Over the whole page while something is dragged: nothing below is pointed at. A class of the page's would say the same,
// and cost the style of all that is on it to be worked out anew, at the very moment of letting go.
const sheet = Object.assign(document.createElement("div"), { className: "hand" });
export const cover = () => document.body.append(sheet);
export const uncover = () => sheet.remove();
const LATER_MS = 300;

// Columns as the server wrote them when they were last drawn: the same again is not drawn again.
const written = new Map();
// What is moved about by hand no longer stands as it was written.
export const touch = (column) => written.delete(column.dataset.key);

// Fetch columns anew: all, or those of `keys`. With `byOthers` what is new in them is outlined for a moment.
export async function refresh(keys = null, { byOthers = false } = {}) {
  const known = new Map(columns().map((column) => [column.dataset.key, column]));
  const wanted = keys ? keys.filter((key) => known.has(key)) : [...known.keys()];
  if (!wanted.length) return;
  const answer = await fetch(partUrl("columns", wanted.map((key) => ["only", key])));
  if (!answer.ok || answer.redirected) return;
  const text = await answer.text();
  if (hand.full) {
    setTimeout(() => refresh(keys, { byOthers }), LATER_MS);
    return;
  }
  const fresh = new DOMParser().parseFromString(text, "text/html");
  for (const column of fresh.querySelectorAll(".column")) {
    const { key } = column.dataset, html = column.outerHTML;
    if (written.get(key) === html) continue;
    replace(known.get(key), column, byOthers);
    written.set(key, html);
  }
  root.dispatchEvent(new CustomEvent("agenda:drawn"));
}

// What one sees of it: without where the Tab key stops, and without the seconds of a held time.
function looks(slot) {
  const bare = slot.querySelector("[data-until]")?.dataset.until ?? slot.innerHTML;
  return bare.replace(/ tabindex="-?\d+"/g, "") + slot.className.replace(" is-live", "");
}

function replace(old, column, byOthers) {
  if (!old) return;
  const kept = document.activeElement?.closest?.(".col") && old.contains(document.activeElement)
    ? document.activeElement.getAttribute("href") : null;
  const before = new Set([...old.querySelectorAll(".slot")].map(looks));
  widen(column.dataset);
  for (const name of ["from", "till", "anchors", "starts"]) old.dataset[name] = column.dataset[name];
  old.querySelector(".head").innerHTML = column.querySelector(".head").innerHTML;
  old.querySelector(".col").innerHTML = column.querySelector(".col").innerHTML;
  if (byOthers) {
    for (const slot of old.querySelectorAll(".slot")) {
      if (before.has(looks(slot))) continue;
      slot.classList.add("is-live");
      setTimeout(() => slot.classList.remove("is-live"), LIVE_MS);
    }
  }
  if (kept) old.querySelector(`[href="${CSS.escape(kept)}"]`)?.focus({ preventScroll: true });
}

// Show earlier or later hours where something has come to stand there; what is being read does not move.
function widen({ from, till }) {
  const shown = grid();
  const first = Math.min(shown.dataset.from, from), last = Math.max(shown.dataset.till, till);
  // To measure is to lay the whole grid out.
  if (first === Number(shown.dataset.from) && last === Number(shown.dataset.till)) return;
  const height = shown.querySelector(".col").getBoundingClientRect().height / (shown.dataset.till - shown.dataset.from);
  const above = shown.dataset.from - first;
  shown.classList.replace(`from-${shown.dataset.from}`, `from-${first}`);
  shown.classList.replace(`till-${shown.dataset.till}`, `till-${last}`);
  Object.assign(shown.dataset, { from: first, till: last });
  if (above) root.scrollTop += above * height;
}
