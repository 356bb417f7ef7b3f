"""Mail through a provider's API, at a real HTTP server: what leaves, and what each answer means."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from anymail.utils import parse_address_list
from django.core.mail import send_mail
from icalendar import Calendar

from kalends.delivery import envelope
from kalends.delivery.carriers import Parcel, Unreachable
from kalends.delivery.carriers.provider import Patience, ProviderCarrier
from kalends.delivery.carriers.provider.carrier import _seconds
from kalends.delivery.carriers.provider.mail import mail_of
from kalends.delivery.letters import Letter
from kalends.delivery.models import PlatformMail, SubmittedPart
from kalends.delivery.provider_url import Account
from kalends.foundation.actor import system
from kalends.foundation.database import tenancy
from tests.cast import Clinic
from tests.delivery.faxing import TAKES, confirm, fax
from tests.delivery.faxing import carry as carry_faxes
from tests.delivery.provider import ADDRESSES, Asked, Provider, provider_at_work
from tests.delivery.returning import PATIENT, mail
from tests.delivery.sink import free_port
from tests.delivery.test_courier import carry, courier, make_due, queue, rows
from tests.delivery.texting import row


@pytest.fixture
def postmark(settings: Any) -> Iterator[Provider]:
    provider = Provider()
    with provider_at_work(provider, "postmark") as settings.EMAIL_URL:
        yield provider


def text_of(asked: Asked) -> str:
    """All that was sent, with what is written in base 64 in it."""
    body = asked.body.decode("utf-8", "replace")
    files = [base64.b64decode(word).decode("utf-8") for word in re.findall(r'"([A-Za-z0-9+/=]{400,})"', body)]
    return "\n".join([body, *files])


@pytest.mark.parametrize("scheme", sorted(ADDRESSES))
def test_each_provider_gets_text_html_calendar_and_no_blind_copy(scheme: str, tilleuls: Clinic, settings: Any) -> None:
    """What its API asks for, as anymail writes it; and its number of the mail is kept."""
    provider = Provider()
    with provider_at_work(provider, scheme) as settings.EMAIL_URL:
        queue(tilleuls, PATIENT, "copy@tilleuls.example")
        carry()
    assert [one.state for one in rows(tilleuls)] == ["sent", "sent"]
    assert {one.carrier for one in rows(tilleuls)} == {scheme}
    assert len(provider.taken) == 2
    for asked, address, other in zip(
        sorted(provider.taken, key=lambda one: b"copy@" in one.body),
        (PATIENT, "copy@tilleuls.example"),
        (b"copy@tilleuls", PATIENT.encode()),
        strict=True,
    ):
        whole = text_of(asked)
        assert (address in whole, other in asked.body) == (True, False)
        assert "<!doctype html>" in whole.lower()
        assert "BEGIN:VCALENDAR" in whole
        assert "appointment.ics" in whole
        assert "auto-generated" in whole
    with tenancy.acting(organization=None, by=system("test")):
        known = set(SubmittedPart.objects.filter(centre__startswith=scheme).values_list("delivery_id", flat=True))
    assert known == {one.id for one in rows(tilleuls)}


def test_what_postmark_gets_field_by_field(tilleuls: Clinic, postmark: Provider) -> None:
    queue(tilleuls, PATIENT)
    carry()
    (asked,) = postmark.taken
    sent = asked.fields
    (delivery,) = rows(tilleuls)
    assert asked.headers["x-postmark-server-token"] == "key"
    assert asked.headers["idempotency-key"] == str(delivery.id)
    assert (sent["From"], sent["To"]) == ("Centre médical des Tilleuls <agenda@tilleuls.example>", PATIENT)
    assert sent.keys() & {"Cc", "Bcc"} == set()
    assert sent["Metadata"].keys() == {"delivery", "proof"}
    assert sent["Metadata"]["delivery"] == str(delivery.id)
    assert (sent["TrackOpens"], sent["TrackLinks"]) == (False, "None")
    assert [header["Name"] for header in sent["Headers"]] == ["Auto-Submitted", "X-Auto-Response-Suppress"]
    (file,) = sent["Attachments"]
    assert (file["Name"], file["ContentType"]) == (
        "appointment.ics",
        'text/calendar; method="REQUEST"; charset="utf-8"',
    )
    (event,) = Calendar.from_ical(base64.b64decode(file["Content"])).walk("VEVENT")
    assert (str(event["UID"]).partition("@")[0], event["SEQUENCE"]) == (str(delivery.cause_id), 0)
    assert delivery.subject == sent["Subject"]


@pytest.mark.parametrize(
    "name", ["Cabinet", 'Café "Élan", SRL', "Dr. Smith, Jr. <x@y>", "Ș" * 90, "a\\b", "=?utf-8?q?x?="]
)
@pytest.mark.parametrize("subject", ["Déplacé : " + "ție " * 30, "plain " * 20 + "end", "=?utf-8?b?eA==?= odd", "x"])
def test_headers_come_out_as_they_were_meant(name: str, subject: str) -> None:
    """Folded and encoded for the line, they are taken apart again: a provider puts its own together."""
    parcel = envelope.parcel(
        Letter(subject.strip(), "Bună,\n.\nșters", "<p>é</p>"),
        sender_name=name,
        sender="desk@bücher.example",
        recipient="ana@b.example",
        message_id="<x@y>",
        at=datetime(2026, 12, 7, tzinfo=UTC),
        reply_to="answers@b.example",
    )
    made = mail_of(parcel, tracks=False)
    (sender,) = parse_address_list([made.from_email])
    assert (sender.display_name, sender.addr_spec) == (name, "desk@xn--bcher-kva.example")
    assert (made.subject, made.reply_to, made.to) == (subject.strip(), ["answers@b.example"], ["ana@b.example"])
    assert made.body.splitlines() == ["Bună,", ".", "șters"]
    assert [content.strip() for content, _ in made.alternatives] == ["<p>é</p>"]


@pytest.mark.parametrize(
    ("to", "state", "reason", "reached"),
    [
        ("refused@b.example", "failed", '422 {"ErrorCode": 300, "Message": "Invalid \'To\' address"}', (0, 1)),
        ("answers-400@b.example", "failed", "400", (0, 1)),
        ("answers-401@b.example", "queued", "401", (0, 1)),
        ("answers-403@b.example", "queued", "403", (0, 1)),
        ("answers-429@b.example", "queued", "429", (0, 1)),
        ("answers-503@b.example", "queued", "503", (0, 1)),
        ("answers-500@b.example", "queued", "500", (1, 0)),
        ("answers-409@b.example", "unknown", "409", (0, 1)),
        ("answers-502@b.example", "unknown", "502", (1, 0)),
        ("answers-504@b.example", "unknown", "504", (1, 0)),
        ("answers-307@b.example", "queued", "TooManyRedirects: Exceeded 0 redirects.", (0, 1)),
        ("babbles@b.example", "unknown", "200 no JSON", (1, 0)),
        ("drops@b.example", "unknown", "ConnectionError", (1, 0)),
        ("slow@b.example", "unknown", "ReadTimeout", (1, 0)),
    ],
)
def test_what_each_answer_means(
    to: str, state: str, reason: str, reached: tuple[int, int], tilleuls: Clinic, postmark: Provider
) -> None:
    """REM-04: what may have arrived is never sent again by itself, and needs somebody."""
    queue(tilleuls, to)
    carry()
    (found,) = rows(tilleuls)
    assert (found.state, found.reason[: len(reason)]) == (state, reason)
    assert found.needs_somebody is (state == "unknown")
    assert found.attempts == (0 if found.state == "queued" and "500" not in to else 1)
    assert (len(postmark.taken), len(postmark.refused)) == reached
    if state != "queued":
        make_due(tilleuls)
        carry()
        assert (len(postmark.taken), len(postmark.refused)) == reached


def test_a_sender_that_the_provider_does_not_know_concerns_nobody_else(
    tilleuls: Clinic, settings: Any, postmark: Provider
) -> None:
    """403 for an organization's own address is said of its mail; for the installation's, of the account."""
    settings.EMAIL_SENDER_DOMAINS = frozenset({"own.example"})
    with tilleuls.acting() as now:
        tilleuls.organization.sender_addresses.create(
            organization=tilleuls.organization,
            address="desk@own.example",
            seed=b"0" * 16,
            asked_at=now,
            asked_by="x",
            verified_at=now,
        )
    queue(tilleuls, "answers-403@b.example")
    carry()
    (found,) = rows(tilleuls)
    assert (found.state, found.reason[:3]) == ("failed", "403")
    assert postmark.refused[0].fields["From"] == "Centre médical des Tilleuls <desk@own.example>"


def test_who_wants_to_be_left_alone_is(tilleuls: Clinic, postmark: Provider) -> None:
    """Retry-After: by all conversations, and nothing counts as a try."""
    queue(tilleuls, "answers-429@b.example", PATIENT)
    with courier() as (one, name):
        one.work(name)
        one._rests_until = float("-inf")
        make_due(tilleuls)
        one.work(name)
    assert (len(postmark.refused), len(postmark.taken) <= 1) == (1, True)
    waits = next(one for one in rows(tilleuls) if one.recipient.startswith("answers"))
    assert (waits.state, waits.attempts) == ("queued", 0)


@pytest.mark.parametrize(
    ("wanted", "between"),
    [("120", (119, 121)), ("Mon, 01 Jan 2001 00:00:00 GMT", (-1e9, 0)), ("soon", (0, 0)), ("", (0, 0))],
)
def test_retry_after_as_it_may_be_written(wanted: str, between: tuple[float, float]) -> None:
    assert between[0] <= _seconds(wanted) <= between[1]


def test_a_provider_that_is_away_costs_no_try(tilleuls: Clinic, settings: Any) -> None:
    settings.EMAIL_URL = f"postmark://key?api=http://127.0.0.1:{free_port()}&from=agenda@tilleuls.example"
    queue(tilleuls, PATIENT)
    carry()
    (found,) = rows(tilleuls)
    assert (found.state, found.attempts, found.handing_over_at) == ("queued", 0, None)


def test_what_must_not_go_any_more_is_not_told(postmark: Provider, settings: Any) -> None:
    """Asked after the connection stands, and just before anything is said."""
    account = Account.read(settings.EMAIL_URL)
    carrier = ProviderCarrier(account, Patience())
    connected: list[int] = []

    def last_call() -> bool:
        connected.append(postmark.connections)
        return False

    parcel = Parcel("a@b.example", PATIENT, b"Subject: x\r\nFrom: a@b.example\r\n\r\nBonjour\r\n")
    assert carrier.hand_over(parcel, last_call=last_call) is None
    carrier.close()
    assert (len(connected), postmark.taken) == (1, [])
    carrier._patience.ask("30")
    with pytest.raises(Unreachable, match="Postmark wants to be left alone for 30 seconds"):
        carrier.hand_over(parcel, last_call=last_call)


def test_one_connection_is_kept_for_all(tilleuls: Clinic, settings: Any, postmark: Provider) -> None:
    settings.EMAIL_URL += "&connections=1"
    queue(tilleuls, *(f"p{number}@courriel.example" for number in range(12)))
    carry()
    assert (len(postmark.taken), postmark.connections) == (12, 1)


def test_mails_of_the_platform_and_faxes_leave_the_same_way(
    tilleuls: Clinic, settings: Any, postmark: Provider
) -> None:
    settings.EMAIL_BACKEND = "kalends.delivery.platform_mail.QueueBackend"
    send_mail("Mot de passe", "Le lien", None, ["ines@tilleuls.example"])
    carry()
    confirm(tilleuls, TAKES)
    settings.FAX_URL = "mailto:00{number}@fax.example"
    id = fax(tilleuls, TAKES, "Bonjour")
    carry_faxes()
    reset, pages = (asked.fields for asked in postmark.taken)
    assert (reset["To"], reset["Subject"], reset.get("Metadata")) == ("ines@tilleuls.example", "Mot de passe", None)
    assert "idempotency-key" not in postmark.taken[0].headers
    assert (pages["To"], pages["Subject"]) == ("0033241234501@fax.example", "Fax")
    assert [(one["Name"], one["ContentType"]) for one in pages["Attachments"]] == [("fax.pdf", "application/pdf")]
    assert (row(tilleuls, id).state, row(tilleuls, id).carrier) == ("sent", "faxmail")
    assert PlatformMail.objects.count() == 0


def test_smtp_gets_nothing_that_only_providers_need(tilleuls: Clinic, settings: Any) -> None:
    from tests.delivery.sink import Sink, listening

    sink = Sink()
    with listening(sink) as settings.EMAIL_URL:
        mail(tilleuls)
        carry()
    assert "proof" not in json.dumps([sorted(message.keys()) for message in sink.messages])
