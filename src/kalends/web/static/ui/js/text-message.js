// Counts a text message as it is typed: its parts, its alphabet, and what makes it dear. All numbers and letters come
// with the page (data-text-message), so that page and server say the same. Nothing is ever rewritten unasked.

// As the server cleans it before it is sent.
const sendable = (text) =>
  text
    .normalize("NFC")
    .replace(/\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]/g, "\n")
    .replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069\ufeff]/gu, (one) => (/\s/.test(one) ? one : ""))
    .replace(/[^\S\n]+/g, " ")
    .replace(/ ?\n ?/g, "\n")
    .trim();

export function count(text, { plain, extension, alone, together }) {
  const letters = [...text];
  const forcing = [...new Set(letters.filter((one) => !plain.includes(one) && !extension.includes(one)))];
  const alphabet = forcing.length ? "ucs2" : "gsm";
  const weigh = (one) => (alphabet === "ucs2" ? one.length : extension.includes(one) ? 2 : 1);
  const units = letters.reduce((sum, one) => sum + weigh(one), 0);
  let parts = units ? 1 : 0;
  if (units > alone[alphabet]) {
    let taken = 0;
    for (const one of letters) {
      if (taken + weigh(one) > together[alphabet]) [parts, taken] = [parts + 1, 0];
      taken += weigh(one);
    }
  }
  const limit = parts < 2 ? alone[alphabet] : together[alphabet] * parts;
  return { alphabet, units, parts, limit, forcing };
}

export function spelling(text, { plain, extension, spellings }) {
  const known = (one) => plain.includes(one) || extension.includes(one);
  const spelt = [...text].map((one) => {
    if (known(one)) return one;
    const bare = one.normalize("NFKD").replace(/\p{M}/gu, "");
    return spellings[one] ?? spellings[bare] ?? bare;
  });
  const written = spelt.join("");
  return written !== text && [...written].every(known) ? written : null;
}

// As the server writes prices: at least the digits of the currency, at most four.
export function written(parts, { amount, currency, language }) {
  const shown = { style: "currency", currency, maximumFractionDigits: 4 };
  return new Intl.NumberFormat(language, shown).format((parts * amount) / 10000);
}

function start(element) {
  const rules = JSON.parse(element.dataset.textMessage);
  const { after } = element.dataset;
  const values = rules.values ?? {};
  const area = element.querySelector("textarea");
  const find = (part) => element.querySelector(`[data-${part}]`);
  let spoken = null;

  function tell() {
    const typed = area.value.replace(/\[(\w+)\]/g, (all, name) => values[name] ?? all);
    const text = sendable(element.dataset.before + typed + after);
    const { alphabet, units, parts, limit, forcing } = count(text, rules);
    const offered = spelling(text, rules);
    find("units").textContent = units;
    find("limit").textContent = limit;
    find("parts").textContent = parts;
    if (rules.price) find("cost").textContent = written(parts, rules.price);
    element.querySelectorAll("[data-alphabet]").forEach((one) => (one.hidden = one.dataset.alphabet !== alphabet));
    find("forcing").textContent = forcing.join(" ");
    find("wide").hidden = !forcing.length;
    find("spelling").textContent = offered ?? "";
    find("offer").hidden = offered === null;
    find("take").hidden = spelling(area.value, rules) === null;
    // Spoken when it becomes dearer, not at every key.
    const dear = `${parts} ${forcing.join(" ")}`;
    if (spoken !== null && dear !== spoken) {
      const length = element.querySelector(".length").innerText;
      find("say").textContent = forcing.length ? `${length} ${find("forcing").parentElement.innerText}` : length;
    }
    spoken = dear;
  }

  find("take").querySelector("button").addEventListener("click", () => {
    area.value = spelling(area.value, rules) ?? area.value;
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus();
  });
  area.addEventListener("input", tell);
  element.addEventListener("retell", tell); // what stands before it has changed
  area.form?.addEventListener("reset", () => setTimeout(tell));
  tell();
}

document.querySelectorAll("[data-text-message]").forEach(start);
