// One key away: whatever carries data-key="n" is followed, opened or focused when that key is pressed outside a field.
// The dialog #keys lists them, and switches them off for this browser: somebody who speaks to the machine may need that.

const OFF = "kalends-keys-off";
const toggle = document.querySelector("[data-keys-switch]");

export function isOff() {
  try { return localStorage.getItem(OFF) === "yes"; } catch { return false; }
}

function remember(off) {
  try {
    if (off) localStorage.setItem(OFF, "yes");
    else localStorage.removeItem(OFF);
  } catch { /* without storage the choice lasts as long as the page */ }
}

if (toggle) {
  toggle.checked = !isOff();
  toggle.addEventListener("change", () => remember(!toggle.checked));
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isOff()) return;
  if (event.target.closest("input, select, textarea, dialog, [contenteditable]")) return;
  const wanted = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!wanted) return;
  event.preventDefault();
  if (wanted.matches("input")) wanted.focus();
  else wanted.click();
});
