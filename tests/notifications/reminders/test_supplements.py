"""The texts of administrators: which variables can be put in, and what stands there when they leave."""

from __future__ import annotations

from typing import Any

import pytest

from kalends.delivery import segments, unsubscribing
from kalends.foundation.errors import Invalid
from kalends.notifications.reminders import supplements
from kalends.notifications.reminders.texts import longest_sms
from tests.cast import Clinic
from tests.notifications.reminders.test_letters import DUE, written
from tests.notifications.reminders.test_planning import ON, book, look, remind


def refused(clinic: Clinic, **fields: str) -> dict[str, str]:
    with pytest.raises(Invalid) as fault:
        remind(clinic, _1={**ON, **fields})
    return {error.field: str(error.message) for error in fault.value.errors}


def room_beside(name: str) -> int:
    """What is left of 160 characters in the language whose text is longest."""
    return 159 - max(len(longest_sms(name, language)) for language in ("fr", "en", "ro"))


def test_what_is_listed_is_put_in(tilleuls: Clinic) -> None:
    text = "Pour [contact], [service], [place]. Tel. [phone]"
    remind(tilleuls, _1={**ON, "email_supplement": text, "sms_supplement": "[place], tel. [phone]"})
    book(tilleuls)
    look(DUE)
    _delivery, mail = written(tilleuls)
    assert (
        "Pour Clémence Aubrée, Consultation, Centre, 12, rue des Tilleuls, 49000 Angers. Tel. 02 61 91 40 12"
        in mail.text
    )
    _delivery, sms = written(tilleuls, medium="sms", language="en")
    assert sms.text == (
        "Dr Hélène Vasseur reminds you of your appointment on 16/12/2026 at 10:00 Centre, tel. 02 61 91 40 12"
    )


def test_the_length_is_that_of_what_is_put_in(tilleuls: Clinic) -> None:
    with tilleuls.acting():
        tilleuls.organization.locations.update(name="x" * 90)
    (sentence,) = refused(tilleuls, sms_supplement="[place]").values()
    assert "160 at most" in sentence


def test_signs_that_count_twice_count_twice(tilleuls: Clinic) -> None:
    """One text message holds 160 characters, of which € and brackets take two."""
    room = room_beside("Dr Hélène Vasseur")
    remind(tilleuls, _1={**ON, "sms_supplement": "x" * room})
    assert list(refused(tilleuls, sms_supplement="€" * (room // 2 + 1))) == ["1.sms_supplement"]


def test_the_name_in_text_messages_is_counted_and_written(tilleuls: Clinic) -> None:
    room = room_beside("Vasseur")
    assert list(refused(tilleuls, sms_supplement="x" * room)) == ["1.sms_supplement"]
    remind(tilleuls, _1={**ON, "sms_supplement": "x" * room}, sms_name="Vasseur")
    book(tilleuls)
    look(DUE)
    assert written(tilleuls, medium="sms", language="en")[1].text.startswith("Vasseur reminds you of")
    assert "Dr Hélène Vasseur reminds you" in written(tilleuls, language="en")[1].text


def test_what_a_place_does_not_have_is_known(tilleuls: Clinic) -> None:
    with tilleuls.acting():
        places = list(tilleuls.organization.locations.all())
    organization: Any = tilleuls.organization
    assert supplements.empty_in("[phone] [place]", organization, places) == []
    organization.phone = ""
    assert supplements.empty_in("[phone] [place]", organization, places) == ["phone"]


def test_whoever_is_not_meant_finds_a_link_where_the_account_wants_one(tilleuls: Clinic) -> None:
    """TEL-08: it is counted into the 160 characters, as long as it always is."""
    remind(tilleuls, _1={**ON, "medium": "sms", "sms_supplement": "Pas vous ? [not_me]"}, sms_name="Dr Vasseur")
    book(tilleuls)
    look(DUE)
    row, sms = written(tilleuls, language="fr")
    link = unsubscribing.short_page_of(tilleuls.organization, row.id)
    assert sms.text == f"Dr Vasseur vous rappelle votre rendez-vous le 16/12/2026 à 10h00 Pas vous ? {link}"
    assert (row.medium, segments.count(sms.text).parts) == ("sms", 1)
    with tilleuls.acting():
        places = list(tilleuls.organization.locations.all())
    assert len(supplements.longest_of(tilleuls.organization, places)["not_me"]) == len(link)
    assert list(refused(tilleuls, sms_supplement=f"{'x' * 120} [not_me]")) == ["1.sms_supplement"]
    assert list(refused(tilleuls, email_supplement="[not_me]")) == ["1.email_supplement"]
