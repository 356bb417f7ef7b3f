// A toast leaves after ten seconds; it waits while it is pointed at or holds the focus. It is never the only trace of an error.

const STAYS_MS = 10_000;

function leave(toast) {
  let timer;
  const wait = () => { clearTimeout(timer); timer = setTimeout(() => toast.remove(), STAYS_MS); };
  const hold = () => clearTimeout(timer);
  toast.addEventListener("pointerenter", hold);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("pointerleave", wait);
  toast.addEventListener("focusout", wait);
  wait();
}

document.querySelectorAll("[data-toast]").forEach(leave);
