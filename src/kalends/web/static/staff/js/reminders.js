// The name in text messages stands in all texts of the page: what is typed for it is shown and counted at once. The
// spelling that is offered is taken into its field, to be saved with everything else.

const place = document.querySelector("[data-sms-name]");
const field = place?.querySelector("input[name=sms_name]");
const account = place?.dataset.smsName;
let shown = field?.value.trim() || account;

function show() {
  const name = field.value.trim() || account;
  document.querySelectorAll("[data-says]").forEach((one) => {
    one.textContent = one.textContent.replace(shown, () => name);
  });
  document.querySelectorAll("[data-text-message]").forEach((one) => {
    one.dataset.before = one.dataset.before.replace(shown, () => name);
    one.dispatchEvent(new Event("retell"));
  });
  shown = name;
}

if (field) {
  field.addEventListener("input", show);
  field.form.addEventListener("reset", () => setTimeout(show));
  place.querySelector("[data-take-name]")?.addEventListener("click", (event) => {
    event.preventDefault();
    field.value = event.currentTarget.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
}

// Whoever opens the mail sees it at once, in their own language.
document.querySelectorAll("details.preview").forEach((preview) => {
  preview.addEventListener(
    "toggle",
    () => {
      const languages = [...preview.querySelectorAll("button[name=language]")];
      const own = languages.find((one) => one.value === document.documentElement.lang) ?? languages[0];
      own?.form.requestSubmit(own);
    },
    { once: true },
  );
});
