// <form data-unsaved>: as soon as one field differs from what is saved, its bar [data-unsaved-bar] shows how many, and
// leaving the page asks. Saved is what the page came with, or what data-saved-values says (JSON: name to list of values)
// where the page shows what was refused. Of a field with one entry to a line each entry counts; fields that only look, whose
// names begin with data-unsaved-off, do not. Without this script the form has its ordinary save button.

const entries = (value) => value.split("\n").map((line) => line.trim()).filter(Boolean);

function values(form) {
  const seen = new Map();
  const off = form.dataset.unsavedOff;
  for (const [name, value] of new FormData(form)) {
    const field = form.elements[name];
    if (name === "csrfmiddlewaretoken" || (off && name.startsWith(off))) continue;
    const listed = field?.closest?.("[data-chips]") ? entries(value) : [value instanceof File ? value.name : value];
    seen.set(name, [...(seen.get(name) ?? []), ...listed]);
  }
  return seen;
}

// Not what stands in the fields when this script arrives: who is quick has typed by then, who comes back finds it there.
function saved(form) {
  const untouched = form.cloneNode(true);
  untouched.reset();
  return values(untouched);
}

function difference(before = [], after = [], byEntry = false) {
  if (!byEntry) return String(before) !== String(after) ? 1 : 0;
  const without = (one, other) => one.filter((entry) => !other.includes(entry)).length;
  return without(before, after) + without(after, before);
}

function watch(form) {
  const bar = form.querySelector("[data-unsaved-bar]");
  const count = bar.querySelector("[data-unsaved-count]");
  const note = bar.querySelector("[data-unsaved-note]");
  const told = form.dataset.savedValues;
  const loaded = told ? new Map(Object.entries(JSON.parse(told))) : saved(form);
  let leaving = false;

  function changed() {
    const now = values(form);
    const byEntry = (name) => Boolean(form.elements[name]?.closest?.("[data-chips]"));
    const names = new Set([...loaded.keys(), ...now.keys()]);
    return [...names].reduce((sum, name) => sum + difference(loaded.get(name), now.get(name), byEntry(name)), 0);
  }

  function show() {
    const number = changed();
    bar.hidden = number === 0;
    count.textContent = number;
  }

  form.addEventListener("input", () => {
    show();
    if (note) note.hidden = !form.querySelector(".chip.bad, .field.bad");
  });
  form.addEventListener("reset", () => setTimeout(show));
  form.addEventListener("submit", (event) => { leaving = !event.submitter?.formTarget; });
  bar.querySelector("[data-unsaved-discard]")?.addEventListener("click", () => { leaving = true; });
  addEventListener("pageshow", (event) => { if (event.persisted) leaving = false; });
  addEventListener("beforeunload", (event) => {
    if (!leaving && changed() > 0) event.preventDefault();
  });
  show();
}

document.querySelectorAll("form[data-unsaved]").forEach(watch);
