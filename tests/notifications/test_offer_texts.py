"""Offers of the waiting list by text message: their words, their short link, and how they leave."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from kalends.booking import links
from kalends.booking import operations as booking
from kalends.booking.models import Offer
from kalends.booking.operations import waiting
from kalends.booking.queries.waiting import offer_secret
from kalends.delivery import letters, segments, unsubscribing
from kalends.delivery import operations as delivery
from kalends.delivery.models import Delivery
from kalends.foundation import limits
from kalends.foundation.actor import system
from tests.booking.waiting_list import join, person, switch
from tests.cast import Clinic
from tests.delivery.test_gateway import answering
from tests.delivery.test_settings import decide
from tests.delivery.texting import send
from tests.web.staff.desk import at, coming

NUMBER = "+33612345601"
TUESDAY = coming(2)


def wait(clinic: Clinic, number: int = 1, *, language: str = "fr") -> None:
    switch(clinic)
    decide(clinic, sms_quiet_from=None, sms_quiet_until=None)  # whatever hour it is
    with clinic.acting():
        clinic.organization.providers.update(sms_name="Dr Vasseur")
    with clinic.acting() as now:
        pass
    join(clinic, person(number, email="", phone=f"+3361234560{number}", language=language), now=now, language=language)


def given_up(clinic: Clinic, hour: int, number: int) -> None:
    """Somebody has Tuesday at that hour, and gives it up."""
    by = clinic.actor()
    with clinic.acting(by) as now:
        visit = booking.book(
            clinic.organization,
            schedule_id=clinic.schedule.id,
            service_id=clinic.service.id,
            starts_at=at(hour, day=TUESDAY),
            contact=person(number),
            by=by,
            now=now,
        )
    with clinic.acting(by) as now:
        booking.cancel(clinic.organization, visit.id, by=by, now=now)


def offered(clinic: Clinic) -> tuple[Offer, Delivery]:
    """Somebody has Tuesday at ten, and gives it up; the offer and its text message."""
    given_up(clinic, 10, 9)
    with clinic.acting():
        return clinic.organization.offers.get(status="open"), sent(clinic, "waiting_offer")


def sent(clinic: Clinic, kind: str) -> Delivery:
    return clinic.organization.deliveries.get(kind=kind)


def words(clinic: Clinic, message: Delivery) -> str:
    with clinic.acting():
        found = letters.look_up(clinic.organization, [message])
    return letters.write(clinic.organization, message, found).short


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", r"Dr Vasseur: {day} at 10:00 is free, kept for you until {until}: {page}"),
        ("fr", r"Dr Vasseur: le {day} à 10h00 est libre, gardé pour vous jusqu'à {until}: {page}"),
        ("ro", r"Dr Vasseur: {day}, ora 10:00 e libera, pastrata pentru dvs. pana la {until}: {page}"),
    ],
)
def test_the_words_are_one_part_in_every_language(tilleuls: Clinic, settings: Any, language: str, said: str) -> None:
    settings.BASE_URL = "https://agenda.tilleuls.example"
    wait(tilleuls, language=language)
    offer, message = offered(tilleuls)
    day = TUESDAY.strftime("%d.%m.%Y" if language == "ro" else "%d/%m/%Y")
    page = links.short_offer_page(tilleuls.organization, message.id)
    pattern = re.escape(said).replace(r"\{", "{").replace(r"\}", "}")
    hour = r"(?:\d\d[/.]\d\d[/.]\d{4} )?\d{1,2}[:h]\d\d"
    text = words(tilleuls, message)
    assert re.fullmatch(pattern.format(day=re.escape(day), until=hour, page=re.escape(page)), text)
    count = segments.count(text)
    assert (count.alphabet, count.parts) == (segments.Alphabet.GSM, 1)
    assert offer_secret(offer) not in text


@pytest.mark.parametrize("language", ["en", "fr", "ro"])
def test_what_is_taken_back_is_one_part_too(tilleuls: Clinic, language: str) -> None:
    wait(tilleuls, language=language)
    offer, _message = offered(tilleuls)
    by = tilleuls.actor()
    with tilleuls.acting(by) as now:
        waiting.withdraw(tilleuls.organization, offer.id, by=by, now=now)
    with tilleuls.acting():
        message = sent(tilleuls, "waiting_offer_withdrawn")
    text = words(tilleuls, message)
    count = segments.count(text)
    assert (count.alphabet, count.parts, "http" in text) == (segments.Alphabet.GSM, 1, False)
    assert text.startswith("Dr Vasseur: ")


def test_WL_10_the_link_leads_to_the_offer_and_the_button_decides(tilleuls: Clinic) -> None:
    wait(tilleuls)
    offer, message = offered(tilleuls)
    page = urlsplit(links.short_offer_page(tilleuls.organization, message.id)).path
    client = Client()
    for _ in range(2):
        led = client.get(page)
        assert (led.status_code, led.headers["Referrer-Policy"]) == (302, "no-referrer")
        assert led.headers["Location"] == f"/tilleuls/offer/{offer_secret(offer)}/"
        shown = client.get(led.headers["Location"])
        assert (shown.status_code, b"/leaving/" in shown.content) == (200, False)
        assert b"/acceptance/" in shown.content
    assert (client.head(page).status_code, client.post(page).status_code) == (302, 403)
    with tilleuls.acting():
        assert tilleuls.organization.offers.get().status == "open"
        assert tilleuls.organization.waitlist.get().status == "waiting"


def test_a_code_that_proves_nothing_leads_nowhere(tilleuls: Clinic, carpati: Clinic) -> None:
    wait(tilleuls)
    _offer, message = offered(tilleuls)
    code = links.short_offer_page(tilleuls.organization, message.id).split("/")[-2]
    other = unsubscribing.short_page_of(tilleuls.organization, message.id).split("/")[-2]
    wrong = [
        f"/carpati/o/{code}/",
        f"/tilleuls/n/{code}/",
        f"/tilleuls/o/{other}/",
        f"/tilleuls/o/{code[:6]}{'a' * 12}/",
        f"/tilleuls/o/{code.upper()}/",
        f"/tilleuls/o/{code}a/",
        "/tilleuls/o/x/",
    ]
    assert [Client().get(address).status_code for address in wrong] == [404] * 7


def test_the_link_dies_with_the_offer(tilleuls: Clinic) -> None:
    wait(tilleuls)
    _offer, message = offered(tilleuls)
    page = urlsplit(links.short_offer_page(tilleuls.organization, message.id)).path
    with tilleuls.acting() as now:
        tilleuls.organization.deliveries.filter(id=message.id).update(useless_after=now - timedelta(seconds=1))
    assert Client().get(page).status_code == 404


def test_codes_cannot_be_tried_without_end(tilleuls: Clinic, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.LIMITS = True
    monkeypatch.setattr(limits, "PUBLIC_ACTS", limits.Limit(3, seconds=60, clock=lambda: 0.0))
    tried = [Client().get(f"/tilleuls/o/{'a' * 17}{digit}/").status_code for digit in "abcd"]
    assert tried == [404, 404, 404, 429]


def test_it_leaves_through_the_gateway_for_as_long_as_the_offer_stands(tilleuls: Clinic, settings: Any) -> None:
    wait(tilleuls)
    offer, message = offered(tilleuls)
    with answering(202) as (settings.SMS_URL, asked):
        send()
    (told,) = asked
    assert (told["to"], told["text"]) == ([NUMBER], [words(tilleuls, message)])
    assert 110 <= int(told["validity"][0]) <= 121
    with tilleuls.acting():
        assert sent(tilleuls, "waiting_offer").state == "sent"
    assert offer.told_by == "sms"


def test_in_quiet_hours_nobody_is_woken(tilleuls: Clinic, settings: Any) -> None:
    wait(tilleuls)
    decide(tilleuls, sms_quiet_from=0, sms_quiet_until=1439)
    offer, _message = offered(tilleuls)
    with answering(202) as (settings.SMS_URL, asked):
        send()
    with tilleuls.acting():
        held = sent(tilleuls, "waiting_offer")
    assert (held.state, asked, offer.expires_at - held.due_at) == ("queued", [], timedelta(hours=2))


def test_in_test_mode_it_goes_to_the_test_number(tilleuls: Clinic, settings: Any) -> None:
    decide(tilleuls, test_mode=True, test_phone="+33699999999")
    wait(tilleuls)
    offered(tilleuls)
    with answering(202) as (settings.SMS_URL, asked):
        send()
    assert [told["to"] for told in asked] == [["+33699999999"]]
    assert NUMBER in asked[0]["text"][0]


def test_after_STOP_what_waits_stays_and_no_other_offer_is_made(tilleuls: Clinic, settings: Any) -> None:
    wait(tilleuls)
    offer, _message = offered(tilleuls)
    delivery.take_reply(NUMBER, "STOP", by=system("replies"))
    with answering(202) as (settings.SMS_URL, asked):
        send()
    with tilleuls.acting():
        assert (sent(tilleuls, "waiting_offer").state, asked) == ("suppressed", [])
        tilleuls.organization.waitlist.update(most_a_day=9)
        waiting.decline(tilleuls.organization, offer.id, by=tilleuls.actor(), now=offer.made_at)
    given_up(tilleuls, 14, 8)
    with tilleuls.acting():
        assert [row.why for row in tilleuls.organization.passed_over.order_by("at", "id")][-1] == "no_address"
