// The notification settings: a closed menu says what is ticked in it.

function say(menu) {
  const ticked = [...menu.querySelectorAll("input:checked")].map((box) => box.parentElement.textContent.trim());
  menu.querySelector("[data-chosen]").textContent = ticked.join(", ") || menu.dataset.several;
}

for (const menu of document.querySelectorAll("[data-several]")) {
  menu.addEventListener("change", () => say(menu));
  menu.closest("form").addEventListener("reset", () => setTimeout(() => say(menu)));
}
