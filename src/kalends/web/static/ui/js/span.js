// The hours that suit a waiting person: choosing the start moves the end, so that the configured span is kept.
// The span, in minutes, stands on the pair (data-span) or on the first ticked box that carries one.

const DAY = 1440;

function minutes(text) {
  const [hours, rest] = text.split(":").map(Number);
  return Number.isInteger(hours) && Number.isInteger(rest) ? hours * 60 + rest : null;
}

function written(minute) {
  const two = (number) => String(number).padStart(2, "0");
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

function spanOf(pair) {
  const ticked = pair.closest("form")?.querySelector("input[data-span]:checked");
  return Number((ticked ?? pair).dataset.span);
}

for (const pair of document.querySelectorAll("[data-span]:not(input)")) {
  const start = pair.querySelector("[data-span-start]");
  const end = pair.querySelector("[data-span-end]");
  start?.addEventListener("change", () => {
    const begins = minutes(start.value);
    if (begins !== null) end.value = written((begins + spanOf(pair)) % DAY);
  });
}
