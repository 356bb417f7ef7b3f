// What a clinic puts in its own site to show its booking page there:
//   <script src="https://.../static/ui/js/embed.js" data-clinic="its-slug" data-lang="fr" async></script>
// It sets a frame where the script stands and keeps it as tall as the page inside. Only messages from that frame
// and from the origin this script came from are heard; nothing but a height is taken from them.
(() => {
  "use strict";

  const script = document.currentScript;
  const clinic = script?.dataset.clinic;
  if (!clinic) return;

  const origin = new URL(script.src).origin;
  const page = new URL(`/${encodeURIComponent(clinic)}/`, origin);
  page.searchParams.set("embed", "1");
  if (script.dataset.lang) page.searchParams.set("lang", script.dataset.lang);

  const frame = document.createElement("iframe");
  frame.src = page.href;
  frame.title = script.dataset.title || clinic;
  frame.referrerPolicy = "origin";
  frame.style.cssText = "display:block;width:100%;height:40rem;border:0";

  const SMALLEST_PX = 200;
  const LARGEST_PX = 20000;
  let shown = false;

  frame.addEventListener("load", () => {
    frame.contentWindow.postMessage({ type: "kalends:hello" }, origin);
    if (shown && frame.getBoundingClientRect().top < 0) frame.scrollIntoView();
    shown = true;
  });

  addEventListener("message", (event) => {
    if (event.origin !== origin || event.source !== frame.contentWindow) return;
    const { type, height } = event.data ?? {};
    if (type !== "kalends:height" || !Number.isFinite(height)) return;
    frame.style.height = `${Math.min(Math.max(Math.ceil(height), SMALLEST_PX), LARGEST_PX)}px`;
  });

  script.after(frame);
})();
