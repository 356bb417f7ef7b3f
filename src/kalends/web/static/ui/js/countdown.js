// Counts a hold down to its end. Each second for eyes; spoken only at two minutes, one minute, twenty seconds and the end.
// The clock of the visitor's machine may be wrong: the server's time of the page (data-now) is the reference.

const SPOKEN_AT = [120, 60, 20];

function words(template, seconds) {
  return template
    .replace("{minutes}", Math.floor(seconds / 60))
    .replace("{seconds}", seconds % 60);
}

function leftInWords(element, seconds) {
  const { minutesText, secondsText } = element.dataset;
  return words(seconds >= 60 ? minutesText : secondsText, seconds);
}

function start(element) {
  const expires = Date.parse(element.dataset.expires);
  const ahead = element.dataset.now ? Date.parse(element.dataset.now) - Date.now() : 0;
  if (Number.isNaN(expires) || Number.isNaN(ahead)) return;

  const find = (part) => element.querySelector(`[data-countdown-${part}]`);
  const [fixed, live, left, bar, say, over] = ["fixed", "live", "left", "bar", "say", "over"].map(find);
  const secondsLeft = () => Math.max(0, Math.ceil((expires - Date.now() - ahead) / 1000));
  const stage = (seconds) => SPOKEN_AT.findLast((limit) => seconds <= limit) ?? Infinity;
  let reached = stage(secondsLeft());

  function end() {
    live.hidden = true;
    bar.hidden = true;
    over.hidden = false;
    say.textContent = over.textContent;
    element.dispatchEvent(new CustomEvent("kalends:expired", { bubbles: true }));
  }

  function tick() {
    const seconds = secondsLeft();
    left.textContent = leftInWords(element, seconds);
    bar.value = seconds;
    if (stage(seconds) < reached) {
      reached = stage(seconds);
      say.textContent = live.textContent;
    }
    if (seconds === 0) return end();
    setTimeout(tick, 1000 - ((Date.now() + ahead) % 1000));
  }

  fixed.hidden = true;
  live.hidden = false;
  bar.hidden = false;
  tick();
}

document.querySelectorAll("[data-countdown]").forEach(start);
