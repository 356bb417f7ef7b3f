"""What a reminder says (CLI-24, CLI-25)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from kalends.delivery import letters, segments
from kalends.delivery.letters import Letter, NothingToSay
from kalends.delivery.models import Delivery
from kalends.notifications.reminders.texts import longest_sms
from tests.cast import Clinic, at
from tests.notifications.reminders.test_planning import ON, WEDNESDAY, book, deliveries, look, remind

DUE = at(10, day=WEDNESDAY) - timedelta(days=1)


def written(clinic: Clinic, **more: Any) -> tuple[Delivery, Letter]:
    (delivery,) = deliveries(clinic)
    for name, value in more.items():
        setattr(delivery, name, value)
    with clinic.acting():
        found = letters.look_up(clinic.organization, [delivery])
    return delivery, letters.write(clinic.organization, delivery, found)


def test_the_mail_says_when_with_whom_and_where(tilleuls: Clinic) -> None:
    remind(tilleuls, _1={**ON, "email_supplement": "Apportez votre carte Vitale.\nMerci."})
    book(tilleuls)
    look(DUE)
    _delivery, letter = written(tilleuls, language="en")
    assert letter.subject == (
        "Reminder: your appointment on Wednesday 16 December 2026 at 10:00, Centre médical des Tilleuls"
    )
    lines = letter.text.splitlines()
    assert lines[:2] == ["Dr Hélène Vasseur", ""]
    assert "Dr Hélène Vasseur reminds you of your appointment" in lines
    where = lines.index("Where: Centre, 12, rue des Tilleuls, 49000 Angers")
    assert lines[where + 1 : where + 5] == ["", "Apportez votre carte Vitale.", "", "Merci."]
    assert letter.html.index("49000 Angers") < letter.html.index("Apportez votre carte Vitale.")
    (address,) = [line for line in lines if "/tilleuls/appointment/" in line]
    assert f'href="{address}"' in letter.html
    assert "Consultation" not in letter.subject


def test_nothing_of_a_mail_keeps_to_one_line_whatever_its_length(tilleuls: Clinic) -> None:
    """A long name of an organization stuck out of the sheet on narrow screens."""
    remind(tilleuls, _1=ON)
    book(tilleuls)
    look(DUE)
    assert "nowrap" not in written(tilleuls)[1].html


def test_a_day_with_two_visits_is_one_mail_with_a_link_to_each(tilleuls: Clinic) -> None:
    remind(tilleuls, _1=ON)
    book(tilleuls)
    book(tilleuls, 15)
    look(DUE)
    _delivery, letter = written(tilleuls, language="en")
    assert letter.subject == "Reminder: your appointments on Wednesday 16 December 2026, Centre médical des Tilleuls"
    lines = [line.strip() for line in letter.text.splitlines()]
    pages = [line for line in lines if "/tilleuls/appointment/" in line]
    each = [
        f"{hour}: Dr Hélène Vasseur|Centre, 12, rue des Tilleuls, 49000 Angers|Confirm, move or cancel|{page}"
        for hour, page in zip(("10:00", "15:00"), pages, strict=True)
    ]
    assert "|".join(each) in "|".join(lines)
    assert [letter.html.count(f'href="{page}"') for page in pages] == [1, 1]
    assert letter.html.count("</a>") == 3  # and where one says that no more are wanted


def test_the_text_message_is_that_of_the_seed(tilleuls: Clinic) -> None:
    remind(tilleuls, _1={**ON, "sms_supplement": "Merci de prevenir en cas d'absence."})
    book(tilleuls)
    look(DUE)
    _delivery, letter = written(tilleuls, language="en", medium="sms")
    assert letter.text == (
        "Dr Hélène Vasseur reminds you of your appointment on 16/12/2026 at 10:00 Merci de prevenir en cas d'absence."
    )
    assert (letter.subject, letter.html) == ("", "")


def test_what_no_longer_holds_is_not_written(tilleuls: Clinic) -> None:
    """Should it be asked for all the same; looked at afterwards, what was sent is still to be read."""
    remind(tilleuls, _1=ON)
    visit = book(tilleuls)
    look(DUE)
    with tilleuls.acting():
        tilleuls.organization.appointments.filter(id=visit.id).update(status="fulfilled")
    with pytest.raises(NothingToSay):
        written(tilleuls)
    assert written(tilleuls, state="sent")[1].text != ""


@pytest.mark.parametrize("language", ["en", "fr", "ro"])
def test_the_longest_text_leaves_room_for_a_supplement(language: str) -> None:
    text = longest_sms("Dr Hélène Vasseur", language, supplement="Merci.")
    assert (len(text) <= 100, text.endswith(" Merci.")) == (True, True)


@pytest.mark.parametrize("language", ["en", "fr", "ro"])
@pytest.mark.parametrize("is_over", [False, True])
def test_the_fixed_texts_keep_to_the_seven_bit_alphabet(language: str, is_over: bool) -> None:
    assert segments.alphabet_of(longest_sms("Dr Vasseur", language, is_over=is_over)) == "gsm"
