// Adds and removes rows of a form at once; without this script the same buttons ask the server.
// <form data-rows> with <div data-row-list="name">, <button data-add-row="name" data-template="id">, and in each
// <div data-row> a <button data-remove-row>. The template's __key__ becomes a number that no row has yet.

function freshKey(form) {
  const keys = [...form.querySelectorAll("[name]")].map((field) => Number(/-(\d+)-/.exec(field.name)?.[1] ?? -1));
  return Math.max(-1, ...keys) + 1;
}

function add(form, button) {
  const holder = document.createElement("div");
  holder.innerHTML = document.getElementById(button.dataset.template).innerHTML.replaceAll("__key__", freshKey(form));
  const row = holder.firstElementChild;
  const weekday = row.querySelector("[data-weekday]");
  if (weekday) weekday.value = button.dataset.weekday;
  const list = form.querySelector(`[data-row-list="${button.dataset.addRow}"]`);
  list.insertBefore(row, list.querySelector(":scope > .none"));
  row.querySelector("input:not([type=hidden])").focus();
}

for (const form of document.querySelectorAll("form[data-rows]")) {
  form.addEventListener("click", (event) => {
    const adding = event.target.closest("[data-add-row]");
    const removing = event.target.closest("[data-remove-row]");
    if (!adding && !removing) return;
    event.preventDefault();
    if (adding) add(form, adding);
    else {
      const list = removing.closest("[data-row-list]");
      removing.closest("[data-row]").remove();
      list.parentElement.querySelector("[data-add-row]").focus();
    }
    form.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
