"""The agenda in a real browser: booking, moving and stretching by mouse and by key, two people at one time, and axe."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date

import pytest
from playwright.sync_api import Locator, Page, expect

from kalends.accounts.models import Person
from tests.cast import PASSWORD, Clinic
from tests.journeys.conftest import LIGHT_AND_DARK, NARROW, WIDE, in_each_scheme
from tests.web.staff.desk import again, at, book, coming
from tests.web.staff.test_agenda import another

pytestmark = pytest.mark.browser

MONDAY = coming()
ZOOMED = {"width": 640, "height": 450}  # 1280 at 200 %
Window = Callable[..., Page]
Check = Callable[[Page], list[tuple[str, str]]]


@pytest.fixture(autouse=True)
def answered(db: None) -> Iterator[None]:
    """The windows are closed, but the server may still answer what they asked last: not on tables being emptied."""
    yield
    time.sleep(0.6)


def enter(page: Page, site: str, person: Person, query: str = "view=day", day: date = MONDAY) -> None:
    page.goto(f"{site}/accounts/login/?next=/app/tilleuls/agenda/?day={day.isoformat()}%26{query.replace('&', '%26')}")
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/agenda/**")
    page.locator("[data-grid][data-ready]").wait_for()


def bar(page: Page, name: str) -> Locator:
    return page.locator("a.appt", has_text=name)


def stands(page: Page, name: str, place: str) -> None:
    expect(page.locator(f"li.slot.{place.replace(' ', '.')}", has_text=name)).to_have_count(1)


def drag(page: Page, what: Locator, to_x: float, to_y: float, *, edge: bool = False) -> None:
    """Take it in its middle (or at its lower edge) and let go at a point of the page."""
    box = what.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + (box["height"] - 2 if edge else 8)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 12, steps=3)
    page.mouse.move(to_x, to_y, steps=6)
    # While it is held nothing is pointed at or marked below it.
    assert page.evaluate("(at) => document.elementFromPoint(...at).className", [to_x, to_y]) == "hand"
    assert page.evaluate("getSelection().toString()") == ""
    page.mouse.up()
    assert page.locator(".hand").count() == 0


def middle(page: Page, place: str) -> tuple[float, float]:
    box = page.locator(f"li.free.{place} > a").first.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + 6


def test_a_new_caller_is_booked_by_mouse(site: str, tilleuls: Clinic, page: Page) -> None:
    enter(page, site, tilleuls.staff)
    page.locator("li.free.at-1030 > a").click()
    drawer = page.locator("[data-drawer]")
    expect(drawer.get_by_text(", 10:30 – 11:00")).to_be_visible()
    drawer.get_by_label("Patient", exact=True).fill("Morel Jeanne")
    drawer.get_by_role("option", name="New patient “Morel Jeanne”").click()
    expect(drawer.get_by_label("Last name")).to_have_value("Morel")
    drawer.get_by_label("Date of birth").fill("14/03/1987")
    drawer.get_by_label("Telephone").fill("0612345678")
    drawer.get_by_role("textbox", name="E-mail").fill("not an address")
    drawer.get_by_role("button", name="Book", exact=False).first.click()
    expect(drawer.locator(".field.bad")).to_have_count(1)
    expect(drawer.get_by_label("Telephone")).to_have_value("0612345678")
    drawer.get_by_role("textbox", name="E-mail").fill("morel@courriel.example")
    drawer.get_by_role("button", name="Book", exact=False).first.click()
    stands(page, "Morel Jeanne", "at-1030 for-30")
    expect(page.locator(".toast")).to_contain_text("Booked: ")
    expect(bar(page, "Morel Jeanne")).to_be_focused()


def test_somebody_known_is_booked_moved_and_stretched_by_key(site: str, tilleuls: Clinic, page: Page) -> None:
    known = book(tilleuls, at(9))
    enter(page, site, tilleuls.staff, "view=week")
    bar(page, "Aubrée").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("li.free.at-0930 > a").first).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    who = page.get_by_label("Patient", exact=True)
    expect(who).to_be_focused()
    page.keyboard.type("clemence aub")
    expect(page.locator("[role=option]").first).to_contain_text("Aubrée Clémence")
    page.keyboard.press("Enter")
    expect(page.locator("[data-drawer] footer .primary")).to_be_focused()
    page.keyboard.press("Enter")
    stands(page, "Aubrée", "at-0930 for-30")
    made = page.locator("li.slot.at-0930 > a.appt")
    expect(made).to_be_focused()
    for key in ("m", "ArrowDown", "ArrowLeft", "Escape"):
        page.keyboard.press(key)
    stands(page, "Aubrée", "at-0930 for-30")
    for key in ("m", "ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    stands(page, "Aubrée", "at-1030 for-30")
    expect(page.locator(".toast")).to_contain_text("10:30. The former time is free.")
    page.locator("li.slot.at-1030 > a.appt").focus()
    for key in ("+", "+", "+", "Enter"):
        page.keyboard.press(key)
    stands(page, "Aubrée", "at-1030 for-45")
    assert again(tilleuls, known).starts_at == at(9)


def test_an_arrow_leads_into_the_grid_and_n_to_the_first_question(site: str, tilleuls: Clinic, page: Page) -> None:
    """By Tab the grid lies behind the whole bar; on a page where something is chosen, arrows are left alone."""
    book(tilleuls, at(9))
    enter(page, site, tilleuls.staff)
    page.keyboard.press("ArrowDown")
    expect(bar(page, "Aubrée")).to_be_focused()
    chosen = page.get_by_role("link", name="Week", exact=True)
    chosen.focus()
    page.keyboard.press("ArrowDown")
    expect(chosen).to_be_focused()
    page.reload()
    page.locator("[data-grid][data-ready]").wait_for()
    page.keyboard.press("n")
    page.wait_for_url("**/book/**")
    expect(page.get_by_label("Service")).to_be_focused()
    expect(page.get_by_label("Week of")).to_have_value(MONDAY.isoformat())


def test_a_visit_is_dragged_to_another_hour_another_agenda_and_longer(site: str, tilleuls: Clinic, page: Page) -> None:
    visit, other = book(tilleuls, at(9)), another(tilleuls)
    enter(page, site, tilleuls.staff, "view=side")
    own = page.locator(f"[data-schedule='{tilleuls.schedule.id}']")
    box = own.locator("li.free.at-1400 > a").bounding_box()
    assert box is not None
    drag(page, bar(page, "Aubrée"), box["x"] + 20, box["y"] + 8)
    stands(page, "Aubrée", "at-1400 for-30")
    expect(page.locator(".toast")).to_contain_text("14:00. The former time is free.")
    assert again(tilleuls, visit).starts_at == at(14)
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator(".toast")).to_contain_text("9:00. The former time is free.")
    stands(page, "Aubrée", "at-0900 for-30")
    box = page.locator(f"[data-schedule='{other.id}'] li.free.at-1000 > a").bounding_box()
    assert box is not None
    drag(page, bar(page, "Aubrée"), box["x"] + 20, box["y"] + 8)
    expect(page.locator(f"[data-schedule='{other.id}'] li.slot.at-1000")).to_contain_text("Aubrée")
    expect(page.locator(".toast")).to_contain_text("10:00. The former time is free.")
    expect(page.locator("li.slot.is-saving")).to_have_count(0)
    assert again(tilleuls, visit).schedule_id == other.id
    drag(page, bar(page, "Aubrée"), box["x"] + 20, box["y"] + box["height"] * 1.5, edge=True)
    stands(page, "Aubrée", "at-1000 for-45")


def test_two_people_drag_into_one_time_and_one_is_told(site: str, tilleuls: Clinic, open_window: Window) -> None:
    book(tilleuls, at(9))
    book(tilleuls, at(9, 30), last="Morel", email="m@courriel.example")
    first, second = open_window(), open_window()
    second.route("**/live/**", lambda route: route.fulfill(status=503))  # hears nothing of the first
    enter(first, site, tilleuls.staff)
    enter(second, site, tilleuls.admin)
    x, y = middle(second, "at-1100")
    drag(first, bar(first, "Aubrée"), *middle(first, "at-1100"))
    expect(first.locator(".toast")).to_contain_text("11:00. The former time is free.")
    drag(second, bar(second, "Morel"), x, y)
    expect(second.locator(".toast")).to_contain_text("This time has just been taken.")
    stands(second, "Morel", "at-0930 for-30")
    stands(second, "Aubrée", "at-1100 for-30")


def test_what_another_does_shows_without_reloading(site: str, tilleuls: Clinic, open_window: Window) -> None:
    watching = open_window()
    enter(watching, site, tilleuls.staff)
    watching.wait_for_timeout(500)
    book(tilleuls, at(10), last="Quéré", email="q@courriel.example")
    expect(bar(watching, "Quéré")).to_be_visible(timeout=4000)
    expect(watching.locator("li.slot.is-live")).to_have_count(1)
    expect(watching.locator("li.slot.is-live")).to_have_count(0, timeout=8000)


def test_without_scripts_links_lead_to_the_pages(site: str, tilleuls: Clinic, open_window: Window) -> None:
    book(tilleuls, at(9))
    page = open_window(java_script_enabled=False)
    page.goto(f"{site}/accounts/login/?next=/app/tilleuls/agenda/?day={MONDAY.isoformat()}%26view=day")
    page.get_by_label("E-mail").fill(tilleuls.staff.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/agenda/**")
    bar(page, "Aubrée").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Aubrée Clémence")
    page.go_back()
    page.locator("li.free.at-1030 > a").click()
    page.wait_for_url("**/book/**")


@pytest.mark.parametrize(
    ("viewport", "schemes"),
    [(NARROW, LIGHT_AND_DARK), (WIDE, LIGHT_AND_DARK), (ZOOMED, ["light"])],
    ids=["360", "1280", "640"],
)
def test_nothing_for_axe_and_nothing_wider_than_the_window(
    site: str,
    tilleuls: Clinic,
    owner: object,
    open_window: Window,
    axe: Check,
    viewport: dict[str, int],
    schemes: Sequence[str],
) -> None:
    another(tilleuls)
    states(tilleuls, owner)
    page = open_window(viewport=viewport, reduced_motion="reduce")
    enter(page, site, tilleuls.staff)
    for view in ("day", "week", "side"):
        page.goto(f"{site}/app/tilleuls/agenda/?view={view}&day={MONDAY.isoformat()}")
        page.locator("[data-month] [class*=fill-]").first.wait_for(state="attached")
        assert (view, in_each_scheme(page, axe, schemes)) == (view, [])
        assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]
    bar(page, "Aubrée").first.click()
    page.locator("[data-drawer] h2").wait_for()
    assert in_each_scheme(page, axe, schemes) == []
    page.locator("[data-close]").click()
    page.locator("li.free > a").first.click()
    page.get_by_label("Patient", exact=True).fill("aubree")
    page.locator("[role=option]").first.wait_for()
    assert in_each_scheme(page, axe, schemes) == []
    assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]


def states(clinic: Clinic, owner: object) -> None:
    """A visit in every state, one under the other."""
    wanted = ("booked", "confirmed", "arrived", "fulfilled", "no_show", "pending")
    for number, state in enumerate(wanted):
        hour, minute = divmod(540 + 30 * number, 60)
        visit = book(
            clinic,
            at(hour, minute),
            last="Aubrée" if not number else f"Nom{'abcdef'[number]}",
            phone="",
            email=f"{number}@courriel.example",
        )
        owner.execute(  # type: ignore[attr-defined]
            "UPDATE booking_appointment SET status = %s, approve_by = starts_at, status_since = starts_at "
            "WHERE id = %s",
            [state, visit.id],
        )


def test_free_time_is_dragged_over_for_as_long_as_it_is_wanted(site: str, tilleuls: Clinic, page: Page) -> None:
    enter(page, site, tilleuls.staff)
    x, y = middle(page, "at-1000")
    _x, until = middle(page, "at-1030")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 20, steps=3)
    page.mouse.move(x, until + (until - y) / 2 - 6, steps=5)
    expect(page.locator("li.slot.at-1000.for-45")).to_have_text("10:00 – 10:45 · 45 min")
    page.mouse.up()
    drawer = page.locator("[data-drawer]")
    expect(drawer.get_by_text(", 10:00 – 10:30")).to_be_visible()
    drawer.get_by_role("link", name="Without a patient, until 10:45").click()
    expect(drawer.get_by_label("Until what hour")).to_have_value("10:45")
    drawer.get_by_role("button", name="Block it").click()
    expect(page.locator("li.slot.at-1000.for-45 .is-reserved")).to_be_visible()
