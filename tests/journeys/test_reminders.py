"""The reminders of a practitioner, from the form to what goes out, in a real browser."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from playwright.sync_api import expect

from tests.cast import Clinic
from tests.journeys.conftest import NARROW, WIDE, WITH_AND_WITHOUT_SCRIPTS
from tests.journeys.test_staff import Check, Window, look, sign_in
from tests.web.staff.desk import at as moment
from tests.web.staff.desk import book, coming

pytestmark = pytest.mark.browser


@WITH_AND_WITHOUT_SCRIPTS
def test_reminders_are_set_and_what_goes_out_is_seen(
    site: str, tilleuls: Clinic, open_window: Window, axe: Check, viewport: dict[str, int], scripts: bool
) -> None:
    book(tilleuls, moment(10))
    page = open_window(viewport=viewport, java_script_enabled=scripts)
    see = partial(look, page, axe if scripts else None, viewport["width"])
    sign_in(page, site, tilleuls.admin)

    page.goto(f"{site}/app/tilleuls/settings/providers/{tilleuls.schedule.provider_id}/")
    page.get_by_role("link", name="Options / Appointment reminders").click()
    see()
    first = page.get_by_role("region", name="Reminder 1")
    expect(first.locator("q").first).to_contain_text("Dr Hélène Vasseur")
    first.get_by_label("Appointment reminder").select_option("on")
    first.get_by_label("SMS supplement").fill("x" * 160)
    if scripts:
        expect(first.get_by_text("Text messages: 2", exact=True)).to_be_visible()
        expect(page.get_by_text("Changes not saved:")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(first).to_contain_text("160 at most")
    see()
    first.get_by_label("SMS supplement").fill("Merci.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(first.get_by_label("Appointment reminder")).to_have_value("on")

    page.get_by_role("link", name="Add a reminder").click()
    third = page.get_by_role("region", name="Reminder 3")
    expect(third.get_by_label("Remove this reminder")).to_be_visible()
    see()
    page.get_by_role("link", name="What goes out").first.click()
    see()
    page.get_by_label("Day", exact=True).fill((coming() - timedelta(days=2)).isoformat())
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("link", name="Clémence Aubrée")).to_be_visible()
    see()


@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["360", "1280"])
def test_the_steps_of_the_seed_in_its_own_words(
    site: str, tilleuls: Clinic, open_window: Window, axe: Check, viewport: dict[str, int]
) -> None:
    """Seed 001, OPTIONS / Rappels rendez-vous, with nothing but its text at hand."""
    type(tilleuls.admin).objects.filter(id=tilleuls.admin.id).update(language="fr")
    with tilleuls.acting():
        tilleuls.organization.providers.update(name="Dr François Dupré")
    page = open_window(viewport=viewport)
    see = partial(look, page, axe, viewport["width"])
    sign_in(page, site, tilleuls.admin)
    page.goto(f"{site}/app/tilleuls/settings/providers/{tilleuls.schedule.provider_id}/")
    page.get_by_role("link", name="Options / Rappels rendez-vous").click()
    first, second = (page.get_by_role("region", name=f"Rappel {number}", exact=True) for number in (1, 2))

    # 1. désactivé, activé, activé nouveau contact
    first.get_by_label("Rappel de rendez-vous").select_option(label="Activé")
    second.get_by_label("Rappel de rendez-vous").select_option(label="Activé nouveau contact")
    # 2. email, sms ou email + sms
    first.get_by_label("Type de rappel").select_option(label="E-mail + SMS")
    second.get_by_label("Type de rappel").select_option(label="SMS")
    # 3. en heure ou jours avant la date du rendez-vous
    first.get_by_label("Date du rappel").fill("3")
    first.get_by_label("Heures ou jours").select_option(label="jours avant le rendez-vous")
    second.get_by_label("Date du rappel").fill("4")
    second.get_by_label("Heures ou jours").select_option(label="heures avant le rendez-vous")
    # 4. du contenu après le texte par défaut, 160 caractères au total
    expect(first.locator("q").first).to_have_text(
        "Dr François Dupré vous rappelle votre rendez-vous le 28/12/2028 à 22h58"
    )
    expect(first.get_by_text("SMS : 2", exact=True)).to_be_visible()
    page.get_by_role("button", name="L’écrire ainsi dans les SMS").click()
    expect(first.locator("q").first).to_have_text(
        "Dr Francois Dupré vous rappelle votre rendez-vous le 28/12/2028 à 22h58"
    )
    expect(first.get_by_text("SMS : 1", exact=True)).to_be_visible()
    first.get_by_label("Supplément SMS rappel").fill("Merci d'apporter votre carte Vitale.")
    # 5. du contenu après le texte par défaut, qui dit aussi l'adresse
    first.get_by_label("Supplément e-mail rappel").fill("Apportez vos examens, [contact].")
    first.get_by_text("Voir l’e-mail").click()
    letter = first.frame_locator("iframe")
    expect(letter.get_by_text("Dr François Dupré vous rappelle votre rendez-vous")).to_be_visible()
    first.get_by_role("button", name="Română").click()
    expect(letter.get_by_text("Dr François Dupré vă reamintește programarea")).to_be_visible()
    first.get_by_role("button", name="français").click()
    expect(letter.get_by_text("Dr François Dupré vous rappelle votre rendez-vous")).to_be_visible()
    expect(letter.get_by_text("Apportez vos examens, Camille Martin.")).to_be_visible()
    expect(letter.get_by_text("Centre, 12, rue des Tilleuls, 49000 Angers")).to_be_visible()
    see()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("textbox", name="Nom dans les SMS")).to_have_value("Dr Francois Dupré")
    expect(first.get_by_label("Type de rappel")).to_have_value("both")
    expect(second.get_by_label("Rappel de rendez-vous")).to_have_value("new")
    expect(second.get_by_label("Heures ou jours")).to_have_value("hours:before")
    see()
