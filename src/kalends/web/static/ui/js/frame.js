// Inside the frame of embed.js: tells the page around how tall this one is, once that page has said hello
// from an origin the clinic allows (<html data-embedded="https://one https://two">).

const allowed = (document.documentElement.dataset.embedded ?? "").split(/\s+/).filter(Boolean);
let told = false;

addEventListener("message", (event) => {
  if (told || event.source !== parent || event.data?.type !== "kalends:hello") return;
  if (!allowed.includes(event.origin)) return;
  told = true;
  const tell = () => parent.postMessage({ type: "kalends:height", height: document.body.scrollHeight }, event.origin);
  new ResizeObserver(tell).observe(document.body);
});
