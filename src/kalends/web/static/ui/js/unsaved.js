// <form data-unsaved>: as soon as one field differs from what was loaded, its bar [data-unsaved-bar] shows how many,
// and leaving the page asks. Without this script the form has its ordinary save button.

function values(form) {
  const seen = new Map();
  for (const [name, value] of new FormData(form)) {
    if (name === "csrfmiddlewaretoken") continue;
    seen.set(name, [...(seen.get(name) ?? []), value instanceof File ? value.name : value]);
  }
  return seen;
}

function differences(before, after) {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => String(before.get(name)) !== String(after.get(name))).length;
}

function watch(form) {
  const bar = form.querySelector("[data-unsaved-bar]");
  const count = bar.querySelector("[data-unsaved-count]");
  const loaded = values(form);
  let leaving = false;
  const changed = () => differences(loaded, values(form));

  function show() {
    const number = changed();
    bar.hidden = number === 0;
    count.textContent = number;
  }

  form.addEventListener("input", show);
  form.addEventListener("reset", () => setTimeout(show));
  form.addEventListener("submit", (event) => { leaving = !event.submitter?.formTarget; });
  addEventListener("pageshow", (event) => { if (event.persisted) leaving = false; });
  addEventListener("beforeunload", (event) => {
    if (!leaving && changed() > 0) event.preventDefault();
  });
  show();
}

document.querySelectorAll("form[data-unsaved]").forEach(watch);
