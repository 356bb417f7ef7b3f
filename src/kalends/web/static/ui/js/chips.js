// A textarea with one entry to a line (data-chips) shown as chips: what is new has a dot, what was refused an octagon.
// The textarea stays what is sent; without this script one types into it. Comma, semicolon, space and Enter end an
// entry, a pasted list is taken apart.

const SEPARATORS = /[\s,;]+/;
const lines = (text) => text.split(/\r?\n/).map((line) => line.trim()).filter(Boolean);
const same = (one, other) => one.toLowerCase() === other.toLowerCase();

function icon(name) {
  const sprite = document.querySelector("svg.i use")?.getAttribute("href").split("#")[0] ?? "";
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", `i i-${name}`);
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}

function start(field) {
  const area = field.querySelector("textarea");
  const saved = lines(field.dataset.saved);
  const bad = lines(field.dataset.bad);
  const box = document.createElement("div");
  const input = document.createElement("input");
  box.className = "chips";
  Object.assign(input, { type: "text", inputMode: "email", autocomplete: "off", spellcheck: false });
  input.id = field.dataset.chips;
  input.placeholder = field.dataset.add;
  input.setAttribute("autocapitalize", "off");
  for (const name of ["aria-describedby", "aria-invalid"]) {
    if (area.hasAttribute(name)) input.setAttribute(name, area.getAttribute(name));
  }
  area.removeAttribute("id");
  area.hidden = true;
  area.before(box);

  function chip(text) {
    const one = document.createElement("span");
    const isBad = bad.some((other) => same(other, text));
    one.className = `chip${isBad ? " bad" : saved.some((other) => same(other, text)) ? "" : " new"}`;
    if (isBad) one.append(icon("stop"));
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-label", field.dataset.remove.replace("{entry}", () => text));
    button.append(icon("cross"));
    button.addEventListener("click", () => {
      write(lines(area.value).filter((other) => other !== text));
      input.focus();
    });
    one.append(text, button);
    return one;
  }

  function show() {
    box.replaceChildren(...lines(area.value).map(chip), input);
  }

  function write(list) {
    area.value = list.join("\n");
    show();
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function take(text) {
    const known = lines(area.value);
    const more = text.split(SEPARATORS).filter(Boolean);
    const fresh = more.filter((one, place) => !known.concat(more.slice(0, place)).some((other) => same(other, one)));
    input.value = "";
    if (more.length) write([...known, ...fresh]);
  }

  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (["Enter", ",", ";", " "].includes(event.key)) {
      if (event.key !== "Enter" || input.value.trim()) event.preventDefault();
      take(input.value);
      input.focus();
    } else if (event.key === "Backspace" && !input.value) {
      box.querySelector(".chip:last-of-type button")?.focus();
    }
  });
  input.addEventListener("input", (event) => {
    event.stopPropagation();
    if (SEPARATORS.test(input.value)) {
      take(input.value);
      input.focus();
    }
  });
  input.addEventListener("change", (event) => event.stopPropagation());
  input.addEventListener("blur", () => take(input.value));
  box.addEventListener("click", (event) => { if (event.target === box) input.focus(); });
  area.form?.addEventListener("reset", () => setTimeout(show));
  area.form?.addEventListener("submit", () => take(input.value), { capture: true });
  show();
}

document.querySelectorAll("[data-chips]").forEach(start);
