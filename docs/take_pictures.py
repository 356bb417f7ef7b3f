"""Take the README's pictures from a demo that runs at KALENDS_BASE_URL (http://127.0.0.1:8000): `make docs`."""

from __future__ import annotations

import os
import shutil
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

BASE = os.environ.get("KALENDS_BASE_URL", "http://127.0.0.1:8000")
PICTURES = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "pictures"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZES = {"wide": (1280, 860), "phone": (360, 740), "desk": (1440, 900)}
STAFF = {
    "fr": ("tilleuls", "ines.barbier@tilleuls.example"),
    "ro": ("carpati", "radu.ionescu@carpati.example"),
}


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        agenda(browser, "fr")
        telling(browser, "ro")
        for language in ("fr", "ro"):
            for name in ("wide", "phone"):
                patient(browser, language, name, SIZES[name])
                staff(browser, language, name, SIZES[name])
        browser.close()


def page_of(browser: Browser, size: tuple[int, int], language: str) -> Page:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale=language)
    return context.new_page()


def shot(page: Page, *names: str, full: bool = False) -> None:
    page.screenshot(path=PICTURES / f"{'-'.join(names)}.png", full_page=full)


def patient(browser: Browser, language: str, name: str, size: tuple[int, int]) -> None:
    page = page_of(browser, size, language)
    page.goto(f"{BASE}/tilleuls/?lang={language}")
    shot(page, "public-services", language, name, full=name == "phone")
    page.locator("a.choice").first.click()
    if page.locator("button.time").count() == 0:
        shot(page, "public-practitioners", language, name)
        page.locator("a.choice").first.click()
    shot(page, "public-times", language, name, full=name == "phone")
    page.locator("button.time").nth(5).click()
    shot(page, "public-details", language, name, full=name == "phone")
    for field, value in {
        "first_name": "Maëlys",
        "last_name": f"Quéméner {language}{size[0]}",
        "birth_date": "14/03/1987",
        "phone": "06 12 34 56 78",
        "email": "maelys@courriel.example",
    }.items():
        if page.locator(f"[name={field}]").count():
            page.fill(f"[name={field}]", value)
    for box in page.locator("input[type=checkbox]").all():
        box.check()
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url("**/appointment/**")
    shot(page, "private-link", language, name, full=name == "phone")
    page.context.close()


def staff(browser: Browser, language: str, name: str, size: tuple[int, int]) -> None:
    page = page_of(browser, size, language)
    house, who = STAFF[language]
    page.goto(f"{BASE}/accounts/login/")
    shot(page, "sign-in", language, name)
    _sign_in(page, house, who, "")
    page.goto(f"{BASE}/app/{house}/?day={_next_monday()}")
    shot(page, "staff-day", language, name, full=name == "phone")
    page.context.close()


def agenda(browser: Browser, language: str) -> None:
    """The day of the loading is the liveliest; of the week and the single day, whose is the first agenda."""
    page = page_of(browser, SIZES["desk"], language)
    _sign_in(page, *STAFF[language], "agenda/?view=side")
    closed = page.locator("label.check", has_text="Préparation à la naissance").locator("input")
    chosen = [box.get_attribute("value") for box in page.locator("[name=schedule]").all()]
    five = "".join(f"&schedule={one}" for one in chosen if one != closed.get_attribute("value"))
    for view, more in (("side", five), ("day", f"&schedule={chosen[-1]}"), ("week", f"&schedule={chosen[-1]}")):
        page.goto(f"{BASE}/app/{STAFF[language][0]}/agenda/?view={view}{more}")
        page.locator(".col a").first.wait_for()
        shot(page, "agenda", view, language)
    page.locator("a.appt.is-arrived, a.appt.is-confirmed, a.appt").first.click()
    page.locator("[data-drawer] h2").wait_for()
    shot(page, "agenda-drawer", language)
    page.context.close()


def telling(browser: Browser, language: str) -> None:
    """What the clinic is told of, with the preview of a cancellation."""
    page = page_of(browser, SIZES["desk"], language)
    _sign_in(page, *STAFF[language], "settings/notifications/")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.locator("[name=preview][value=cancelled]").check()
    page.wait_for_load_state("networkidle")
    shot(page, "notifications", language)
    page.context.close()


def _sign_in(page: Page, house: str, who: str, path: str) -> None:
    page.goto(f"{BASE}/accounts/login/?next=/app/{house}/{path}")
    page.fill("[name=login]", who)
    page.fill("[name=password]", "kalends-demo")
    page.locator("button[type=submit]").last.click()
    page.wait_for_url(f"**/app/{house}/**")


def _next_monday() -> date:
    today = datetime.now(UTC).date()
    return today + timedelta(days=7 - today.weekday())


if __name__ == "__main__":
    main()
