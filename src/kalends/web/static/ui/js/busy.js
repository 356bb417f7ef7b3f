// A form is sent once: after the first submit its button is busy and further submits do nothing.
// Coming back with the browser's Back button gives everything back. A form whose answer is a file says data-busy="off".

const sent = new Set();

function settle(form, button) {
  sent.add({ form, button, label: button?.innerHTML });
  if (!button) return;
  button.setAttribute("aria-busy", "true");
  if (button.dataset.busyLabel) button.textContent = button.dataset.busyLabel;
  // Only after the browser has read the fields: a disabled button would not send its own name and value.
  setTimeout(() => { button.disabled = true; });
}

function restore() {
  for (const { button, label } of sent) {
    if (!button) continue;
    button.removeAttribute("aria-busy");
    button.disabled = false;
    button.innerHTML = label;
  }
  sent.clear();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog" || form.dataset.busy === "off") return;
  if (event.submitter?.formTarget) return; // the answer goes into a frame, and the form stays
  if ([...sent].some((one) => one.form === form)) {
    event.preventDefault();
    return;
  }
  settle(form, event.submitter);
});

addEventListener("pageshow", (event) => { if (event.persisted) restore(); });
