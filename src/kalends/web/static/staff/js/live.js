// What others change in the agenda, as it happens. The page carries <c-live>, which says where to listen.
//   onAgendaChange(({ schedules, days, all }) => …): ids of agendas and ISO dates; or { all: true } after a pause,
//   when anything may have changed.

const SAYS_SO_AFTER = 10_000;
const FIRST_WAIT = 2_000;
const LONGEST_WAIT = 60_000;

const place = document.querySelector("[data-live]");
const callbacks = new Set();
let wait = FIRST_WAIT;
let lostSince = null;
let isBack = false;

function tell(change) {
  for (const callback of callbacks) callback(change);
}

function sign() {
  place.firstElementChild.hidden = lostSince === null || Date.now() - lostSince < SAYS_SO_AFTER;
}

function lose() {
  if (lostSince === null) {
    lostSince = Date.now();
    setTimeout(sign, SAYS_SO_AFTER + 100);
  }
  sign();
}

// The bell of the bar, as it is now.
async function ring() {
  const bell = document.querySelector("[data-bell]");
  const answer = bell && (await fetch(bell.dataset.bell).catch(() => null));
  if (!answer?.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-bell]");
  if (fresh) bell.replaceWith(fresh);
}

function listen() {
  const address = new URL(place.dataset.live, location.href);
  if (isBack) address.searchParams.set("again", "1");
  const source = new EventSource(address);
  source.addEventListener("open", () => {
    lostSince = null;
    wait = FIRST_WAIT;
    isBack = true;
    sign();
  });
  source.addEventListener("agenda", (event) => tell(JSON.parse(event.data)));
  source.addEventListener("resync", () => tell({ all: true }));
  source.addEventListener("notices", ring);
  source.addEventListener("error", () => {
    lose();
    if (source.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
    isBack = true;
    setTimeout(listen, wait * (0.75 + Math.random() / 2));
    wait = Math.min(wait * 2, LONGEST_WAIT);
  });
  addEventListener("pagehide", () => source.close(), { once: true });
}

export function onAgendaChange(callback) {
  if (!place) return;
  callbacks.add(callback);
  if (callbacks.size === 1) listen();
}

addEventListener("pageshow", (event) => {
  // Back from the browser's memory of pages: the stream was closed on leaving.
  if (event.persisted && callbacks.size) {
    isBack = true;
    listen();
  }
});
