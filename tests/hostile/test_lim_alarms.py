"""LIM: who decides what leaves is told by e-mail when text messages are stopped at a wall."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kalends.delivery import letters
from kalends.delivery.models import Delivery, TextTally
from kalends.delivery.operations import see_alarms
from tests.cast import Clinic
from tests.delivery.texting import send, text
from tests.hostile.test_lim_texts import decide


def told(clinic: Clinic) -> list[Delivery]:
    with clinic.acting():
        return list(clinic.organization.deliveries.filter(kind="texts_stopped").order_by("queued_at", "recipient"))


def meet_a_wall(clinic: Clinic) -> None:
    for number in range(10, 13):
        text(clinic, f"+336{number}555001", nature="answer")
    send()


def test_lim_01_administrators_are_told_once_a_day_and_wall(tilleuls: Clinic, carpati: Clinic) -> None:
    """Seen and met again on the same day it is no news; another wall is, and so is the same one on another day."""
    decide(tilleuls, texts_an_hour=1)
    meet_a_wall(tilleuls)
    (mail,) = told(tilleuls)
    assert (mail.recipient, mail.medium, mail.facts["wall"]) == (tilleuls.admin.email, "email", "hour")
    with tilleuls.acting() as now:
        see_alarms(tilleuls.organization, by=tilleuls.actor(), now=now)
    meet_a_wall(tilleuls)
    assert len(told(tilleuls)) == 1
    decide(tilleuls, texts_an_hour=100, texts_a_day=1)
    meet_a_wall(tilleuls)
    assert [one.facts["wall"] for one in told(tilleuls)] == ["hour", "day"]
    yesterday = told(tilleuls)[0].cause_version - 1
    with tilleuls.acting() as now:
        tilleuls.organization.deliveries.filter(kind="texts_stopped").update(cause_version=yesterday)
        TextTally.objects.update(at=now - timedelta(seconds=1))
    meet_a_wall(tilleuls)
    assert [one.facts["wall"] for one in told(tilleuls)] == ["hour", "day", "day"]
    assert told(carpati) == []


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        (
            "fr",
            "Centre médical des Tilleuls : des SMS sont retenus",
            "Le nombre de SMS permis en une heure est atteint.",
        ),
        (
            "ro",
            "Centre médical des Tilleuls: unele SMS-uri sunt reținute",
            "S-a atins numărul de SMS-uri permis într-o oră.",
        ),
    ],
)
def test_it_is_told_in_their_language(tilleuls: Clinic, language: str, subject: str, words: str) -> None:
    tilleuls.admin.language = language
    tilleuls.admin.save()
    decide(tilleuls, texts_an_hour=1)
    meet_a_wall(tilleuls)
    (mail,) = told(tilleuls)
    letter = letters.write(tilleuls.organization, mail, {})
    assert letter.subject == subject
    assert words in letter.text
    assert "/app/tilleuls/settings/deliveries/" in letter.text
