"""Seed 002, step by step and in its own words: the notifications of the institution, in a real browser."""

from __future__ import annotations

from functools import partial

import pytest
from playwright.sync_api import Dialog, Page, expect

from kalends.accounts.models import Person
from kalends.notifications.institution.queries import settings_of
from tests.cast import Clinic
from tests.journeys.conftest import NARROW, WIDE
from tests.journeys.test_staff import Check, Window, look, sign_in

pytestmark = pytest.mark.browser


@pytest.fixture
def romanian(tilleuls: Clinic) -> Clinic:
    Person.objects.filter(id=tilleuls.admin.id).update(language="ro")
    return tilleuls


def part(page: Page, name: str) -> object:
    return page.get_by_role("region", name=name)


@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["360", "1280"])
def test_the_seed_can_be_followed(
    site: str, romanian: Clinic, open_window: Window, axe: Check, viewport: dict[str, int]
) -> None:
    page = open_window(viewport=viewport)
    see = partial(look, page, axe, viewport["width"])
    sign_in(page, site, romanian.admin)

    # 1. Deschiderea meniului de notificări
    page.get_by_role("link", name="Administrare").click()
    places = page.get_by_role("navigation", name="Administrare")
    expect(places.get_by_role("heading", name="Notificări examinări")).to_be_visible()
    places.get_by_role("link", name="Setări notificări").click()
    expect(page.get_by_role("heading", name="Setări notificări", level=1)).to_be_visible()
    see()

    # 2. Adresele pentru notificările de rezervare: una sau mai multe
    bookings = page.get_by_role("region", name="Rezervări")
    bookings.get_by_label("Adrese", exact=True).fill("receptie@arcada.example, programari@arcada.example ")
    expect(bookings.get_by_role("button", name="Eliminați programari@arcada.example")).to_be_visible()

    # 3. Setarea copiei ascunse: adresele apar în listă, unde se alege care primește și ce
    copies = page.get_by_role("region", name="Copie ascunsă")
    for number, address in enumerate(("arhiva@arcada.example", "director@arcada.example")):
        copies.get_by_role("button", name="Adăugați o adresă").click()
        copies.get_by_role("textbox").nth(number).fill(address)
    archive, director = copies.get_by_role("group").all()
    archive.get_by_label("Mementouri").check()
    director.get_by_label("Primește copii").uncheck()
    expect(page.get_by_text("Schimbări nesalvate: 7")).to_be_visible()
    see()

    # 4. Notificări separate pentru anulări, cu 24 de ore înainte
    cancellations = page.get_by_role("region", name="Anulări")
    field = cancellations.get_by_label("Adrese", exact=True)
    field.fill("asistente@arcada")
    field.press("Enter")
    expect(cancellations.get_by_label("Doar anulările târzii")).to_be_checked()
    expect(cancellations.get_by_label("Ore înainte de examinare")).to_have_value("24")
    see()

    # 5. Notificări pentru plăți restante: mai multe adrese, și pacientul
    payments = page.get_by_role("region", name="Plăți restante")
    payments.get_by_label("Adrese", exact=True).fill("contabilitate@arcada.example;casierie@arcada.example,")
    expect(payments.get_by_label("Ore înainte de termenul de plată")).to_have_value("48")
    payments.get_by_label("Ore înainte de termenul de plată").fill("36")
    expect(payments).to_contain_text("Pacientul primește")
    see()

    # Cine primește ce, și de ce: se vede în timp ce se scrie
    who = page.get_by_role("region", name="Cine primește ce, și de ce")
    expect(who.get_by_role("row", name="receptie@arcada.example")).to_contain_text("partea 1, cu toate datele")
    who.get_by_role("radio", name="Anulare").check()
    expect(who.get_by_role("row", name="asistente@arcada")).to_contain_text("partea 3 nu poate fi salvată")
    expect(who.get_by_role("row", name="arhiva@arcada.example")).to_contain_text("partea 2")
    who.get_by_role("radio", name="Plată").check()
    expect(who.get_by_role("row", name="casierie@arcada.example")).to_contain_text("partea 4")
    see()

    # 6. Salvare: o adresă greșită nu salvează nimic și își spune numele
    page.get_by_role("button", name="Salvare").click()
    expect(cancellations.get_by_text("„asistente@arcada” nu este o adresă completă")).to_be_visible()
    expect(page.get_by_text("Încă nu s-a salvat nimic: ceva trebuie corectat în partea 3.")).to_be_visible()
    expect(bookings.get_by_role("button", name="Eliminați receptie@arcada.example")).to_be_visible()
    see()
    cancellations.get_by_role("button", name="Eliminați asistente@arcada").click()
    field.fill("noapte@arcada.example")
    page.get_by_role("button", name="Salvare").click()
    expect(page.get_by_text("Salvat.")).to_be_visible()
    see()
    with romanian.acting():
        kept = settings_of(romanian.organization)
    assert (kept.booking_emails, kept.cancellation_emails, kept.cancellation_mode, kept.cancellation_hours) == (
        ["receptie@arcada.example", "programari@arcada.example"],
        ["noapte@arcada.example"],
        "late",
        24,
    )
    assert [(one["email"], one["on"], one["kinds"]) for one in kept.copies] == [
        ("arhiva@arcada.example", True, ["bookings", "cancellations", "reminders"]),
        ("director@arcada.example", False, ["bookings", "cancellations"]),
    ]
    assert (kept.payment_emails, kept.payment_hours) == (
        ["contabilitate@arcada.example", "casierie@arcada.example"],
        36,
    )


def test_the_steps_without_scripts(site: str, romanian: Clinic, open_window: Window) -> None:
    """The same lists are plain fields, one address to a line; each button asks the server, and what is typed stays."""
    page = open_window(viewport=NARROW, java_script_enabled=False)
    see = partial(look, page, None, NARROW["width"])
    sign_in(page, site, romanian.admin)
    page.goto(f"{site}/app/tilleuls/settings/notifications/")
    page.get_by_role("region", name="Rezervări").get_by_label("Adrese", exact=True).fill("receptie@arcada.example")
    copies = page.get_by_role("region", name="Copie ascunsă")
    for number, address in enumerate(("arhiva@arcada.example", "director@arcada")):
        copies.get_by_role("button", name="Adăugați o adresă").click()
        copies.get_by_role("textbox").nth(number).fill(address)
    payments = page.get_by_role("region", name="Plăți restante")
    payments.get_by_label("Adrese", exact=True).fill("contabilitate@arcada.example\ncasierie@arcada.example")
    payments.get_by_label("Ore înainte de termenul de plată").fill("36")
    who = page.get_by_role("region", name="Cine primește ce, și de ce")
    who.get_by_label("Plată").check()
    who.get_by_role("button", name="Afișați").click()
    expect(who.get_by_role("row", name="casierie@arcada.example")).to_contain_text("partea 4")
    see()

    page.get_by_role("button", name="Salvare").click()
    expect(copies.get_by_text("„director@arcada” nu este o adresă completă")).to_be_visible()
    copies.get_by_role("button", name="Eliminați director@arcada").click()
    page.get_by_role("button", name="Salvare").click()
    expect(page.get_by_text("Salvat.")).to_be_visible()
    see()
    with romanian.acting():
        kept = settings_of(romanian.organization)
    assert (kept.booking_emails, [one["email"] for one in kept.copies], kept.payment_emails, kept.payment_hours) == (
        ["receptie@arcada.example"],
        ["arhiva@arcada.example"],
        ["contabilitate@arcada.example", "casierie@arcada.example"],
        36,
    )


def test_who_leaves_without_saving_is_asked_and_nothing_has_changed(
    site: str, romanian: Clinic, open_window: Window
) -> None:
    """MSG-15, NOT-12, NOT-13."""
    page = open_window(viewport=WIDE)
    sign_in(page, site, romanian.admin)
    page.goto(f"{site}/app/tilleuls/settings/notifications/")
    field = page.get_by_role("region", name="Rezervări").get_by_label("Adrese", exact=True)
    field.fill("receptie@arcada.example")
    field.press("Enter")
    expect(page.get_by_text("Schimbări nesalvate: 1")).to_be_visible()

    asked: list[str] = []
    stays = True

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        if stays:
            dialog.dismiss()
        else:
            dialog.accept()

    page.on("dialog", answer)
    away = page.get_by_role("link", name="Pacienți")
    away.click(no_wait_after=True)
    expect(page.get_by_text("Schimbări nesalvate: 1")).to_be_visible()
    stays = False
    away.click()
    page.wait_for_url("**/patients/")
    assert asked == ["beforeunload", "beforeunload"]
    with romanian.acting():
        assert settings_of(romanian.organization).booking_emails == []
