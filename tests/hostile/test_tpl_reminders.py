"""Texts that administrators write into reminders (TPL-01, TPL-02, TPL-08 to TPL-10)."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from kalends.foundation.errors import Invalid
from tests.cast import Clinic
from tests.notifications.reminders.test_letters import DUE, written
from tests.notifications.reminders.test_planning import ON, book, look, remind
from tests.web.staff.desk import Browser


@pytest.mark.parametrize("name", ["[contact]", "[place]", "{{ 7*7 }}", "{settings}", "%(x)s", "${x}"])
def test_a_patient_whose_name_looks_like_a_variable_is_written_as_they_are(tilleuls: Clinic, name: str) -> None:
    """TPL-01: one pass; what was put in is not looked at again."""
    remind(tilleuls, _1={**ON, "email_supplement": "Pour [contact] : merci."})
    book(tilleuls, last=name, first="Ana")
    look(DUE)
    assert f"Pour Ana {name} : merci." in written(tilleuls)[1].text


@pytest.mark.parametrize(
    "text",
    ["[contact.__class__]", "{contact._meta}", "[sujet]", "{{ 7*7 }}", "${x}", "%(password)s", "{% debug %}", "[]"],
)
@pytest.mark.parametrize("field", ["sms_supplement", "email_supplement"])
def test_what_is_not_listed_is_refused_at_save(tilleuls: Clinic, field: str, text: str) -> None:
    """TPL-02: by its name, beside what can be put in."""
    with pytest.raises(Invalid) as fault:
        remind(tilleuls, _1={**ON, field: f"Merci {text}"})
    (error,) = fault.value.errors
    assert error.field == f"1.{field}"
    assert "[place]" in str(error.message)


def test_markup_in_a_supplement_is_text(tilleuls: Clinic) -> None:
    """TPL-08: nothing in it becomes an element, a style, an image or a request."""
    hostile = (
        "<script>alert(1)</script><style>@import 'https://x.example'</style><img src=https://x.example/1.png>"
        "<form action=https://x.example><a hx-get=/app/>x</a></form>"
    )
    remind(tilleuls, _1={**ON, "email_supplement": hostile})
    book(tilleuls)
    look(DUE)
    html = written(tilleuls)[1].html
    assert re.findall(r"<(script|img|form|iframe|link)|<[^>]+hx-get", html) == []
    assert html.count("<style>") == 1
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_a_text_message_cannot_say_who_comes_or_why(tilleuls: Clinic) -> None:
    """TPL-09: a link may stand in it; the name, the service and the reason cannot be put in."""
    for name in ("[contact]", "[service]", "[reason]", "[motif]"):
        with pytest.raises(Invalid):
            remind(tilleuls, _1={**ON, "sms_supplement": name})
    remind(tilleuls, _1={**ON, "medium": "sms", "sms_supplement": "https://tilleuls.example/plan"})
    book(tilleuls, phone_is_mobile=True)
    look(DUE)
    text = written(tilleuls)[1].text
    assert text.endswith("https://tilleuls.example/plan")
    assert [word for word in ("Consultation", "Dermatologie", "Aubrée") if word in text] == []


def test_what_is_not_known_becomes_nothing_and_saving_says_so(tilleuls: Clinic, signed_in: Browser) -> None:
    """TPL-10: an empty string, never "None"."""
    tilleuls.organization.phone = ""
    with tilleuls.acting():
        type(tilleuls.organization).objects.filter(id=tilleuls.id).update(phone="")
    desk: Client = signed_in(tilleuls.admin)
    page = f"/app/tilleuls/settings/providers/{tilleuls.schedule.provider_id}/reminders/"
    sent = {"number": ["1", "2"], "1-email_supplement": "Appelez [phone] !", **_plain(1, "on"), **_plain(2, "off")}
    answer = desk.post(page, sent, follow=True)
    assert "nothing is put in for [phone]" in answer.content.decode()
    book(tilleuls)
    look(DUE)
    text = written(tilleuls)[1].text
    assert "Appelez !" in text
    assert "None" not in text


def _plain(number: int, state: str) -> dict[str, str]:
    fields = {"state": state, "medium": "email", "amount": str(number), "when": "days:before"}
    return {f"{number}-{name}": value for name, value in fields.items()}
