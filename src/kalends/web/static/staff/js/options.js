// Stepping by the week is offered from five days shown: while fewer are chosen it is shut, and "by day" is taken.

const days = document.querySelector("select[name=days_shown]");
const [week, day] = ["week", "day"].map((value) => document.querySelector(`input[name=stepping][value=${value}]`));

function settle() {
  week.disabled = Number(days.value) < 5;
  if (week.disabled && week.checked) day.checked = true;
}

days.addEventListener("input", settle);
days.form.addEventListener("reset", () => setTimeout(settle));
