"""From letting go of a dragged appointment to the agenda showing it saved, in a real browser on this machine.

The week of five schedules, half of it booked. A visit is dragged by mouse to the next free time of its day and back
again; the clock is the browser's, from `pointerup` to the moment at which the columns, drawn anew from what the server
says, have the visit where it was dropped. The patient is told of each move (the box is ticked).
"""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bench import clinics, pages, scratch
from bench.contacts import fill
from bench.figures import Figures
from bench.load import Outcome

if TYPE_CHECKING:
    from playwright.sync_api import Page

SCHEDULES, PEOPLE, SHARE = 5, 2_000, 0.5
WARMING, DRAGS, QUIET_MS = 4, 40, 700
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# The visit that is carried, and how long it took from letting go until it stands there saved.
WATCH = """
id => new Promise(done => {
  addEventListener("pointerup", () => {
    const begun = performance.now();
    const look = () => {
      const slot = document.querySelector(`.slot:has(a.appt[href$="/${id}/"])`);
      const saved = slot && slot !== window.carriedHere && !document.querySelector(".is-saving");
      saved ? done(performance.now() - begun) : requestAnimationFrame(look);
    };
    window.carriedHere = document.querySelector(".slot.is-carried");
    look();
  }, { once: true });
})
"""


def run(figures: Figures, options: object) -> None:
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser is None:
        print("dragging: needs Chromium: install the package `chromium` of your system.")
        return
    monday = date.today() + timedelta(days=7 - date.today().weekday())
    with scratch.system() as installation:
        own = clinics.make("pages", schedules=SCHEDULES, horizon_days=60)
        pages.staff("pages")
        with scratch.owner(installation) as owner:
            fill(owner, own.organization_id, PEOPLE)
            known = owner.execute("SELECT id FROM contacts_contact WHERE organization_id = %s", [own.organization_id])
            contacts = [row[0] for row in known]
            clinics.book_share(owner, own, share=SHARE, first=monday, days=7, contacts=contacts)
        with scratch.web(installation) as port:
            shown = "&".join(f"schedule={one}" for one in own.schedule_ids)
            outcome = _drags(browser, port, f"/app/pages/agenda/?view=week&day={monday}&{shown}")
    for name, share in (("p50", 0.5), ("p95", 0.95), ("longest", 1.0)):
        figures.add(f"drag to saved, {name}", outcome.quantile(share) * 1000, "ms")


def _drags(browser: str, port: int, path: str) -> Outcome:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        context = chromium.new_context(base_url=f"http://127.0.0.1:{port}", viewport={"width": 1600, "height": 1000})
        context.add_cookies(
            [
                {"name": name, "value": value, "url": f"http://127.0.0.1:{port}"}
                for name, _sign, value in (one.partition("=") for one in pages.sign_in(port).split("; "))
            ]
        )
        page = context.new_page()
        page.goto(path)
        page.wait_for_load_state("networkidle")
        outcome = Outcome(seconds=[_drag(page) / 1000 for _ in range(WARMING + DRAGS)][WARMING:])
        chromium.close()
    return outcome


def _drag(page: Page) -> float:
    """Milliseconds. What is heard of the last one, as of anybody's change, is drawn before."""
    page.wait_for_timeout(QUIET_MS)
    column = page.locator(".column:has(.slot a.is-booked):has(.free)").first
    slot, free = column.locator(".slot:has(a.is-booked)").first, column.locator(".free > a").first
    slot.scroll_into_view_if_needed()
    from_, to = slot.bounding_box(), free.bounding_box()
    assert from_ is not None
    assert to is not None
    href = slot.locator("a.appt").get_attribute("href") or ""
    page.evaluate(f"id => {{ window.took = ({WATCH})(id); }}", href.rstrip("/").rpartition("/")[2])
    x, y = from_["x"] + from_["width"] / 2, from_["y"] + 8
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 12, steps=3)
    page.mouse.move(to["x"] + to["width"] / 2, to["y"] + 8, steps=6)
    page.mouse.up()
    return float(page.evaluate("() => window.took"))
