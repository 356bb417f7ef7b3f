"""TEL: telephone numbers as people type them."""

from __future__ import annotations

import pytest

from kalends.delivery.operations import opt_in, take_reply
from kalends.foundation.actor import system
from kalends.foundation.phone import BadPhone, Phone, read_phone, search_digits, written
from kalends.organizations.permissions import Role
from tests.api.callers import member, told
from tests.cast import Clinic
from tests.delivery.texting import row, send, text
from tests.notifications.reminders.test_planning import book
from tests.web.staff.desk import Browser, audited
from tests.web.staff.desk import text as words_of


@pytest.mark.parametrize(
    "typed",
    [
        "06 12 34 56 78",
        "+33 (0)6 12 34 56 78",
        "0033612345678",
        "٠٦١٢٣٤٥٦٧٨",
        "06.12.34.56.78",
        "+33612345678",
        "06-12-34-56-78",
    ],
)
def test_tel_01_one_number_in_many_shapes(typed: str) -> None:
    assert read_phone(typed, country="FR") == Phone("+33612345678", "", mobile=True)


def test_tel_02_other_countries_and_extensions() -> None:
    assert read_phone("0722 123 456", country="RO") == Phone("+40722123456", "", mobile=True)
    assert read_phone("(418) 525-1234 ext. 12", country="CA") == Phone("+14185251234", "12", mobile=None)


def test_tel_03_a_letter_is_shown_where_it_stands() -> None:
    with pytest.raises(BadPhone, match=r"Character 14 .*“O”"):
        read_phone("06 12 34 56 7O", country="FR")


@pytest.mark.parametrize("typed", ["07 00 00 00 00 00", "15", "36 46", "06 12 34 56 7", "123", "+999 1234567"])
def test_tel_04_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(BadPhone):
        read_phone(typed, country="FR")


def test_tel_04_a_missing_digit_is_named() -> None:
    with pytest.raises(BadPhone, match="One digit is missing: a French number has ten"):
        read_phone("06 39 98 41 2", country="FR")


@pytest.mark.parametrize("typed", ["0612345678\n0687654321", "0612345678\r0687654321"])
def test_tel_05_two_numbers_in_one_field_are_refused(typed: str) -> None:
    with pytest.raises(BadPhone, match="one telephone number"):
        read_phone(typed, country="FR")


@pytest.mark.parametrize(
    ("typed", "country", "number", "region"),
    [
        ("+262 692 12 34 56", "FR", "+262692123456", "RE"),
        ("+590 690 30 12 34", "FR", "+590690301234", "GP"),
        ("+1 876 345 6789", "CA", "+18763456789", "JM"),
    ],
)
def test_tel_06_islands_keep_their_country(typed: str, country: str, number: str, region: str) -> None:
    phone = read_phone(typed, country=country)
    assert (phone.number, phone.region) == (number, region)


def test_big_09_a_very_long_number_is_refused_at_once() -> None:
    with pytest.raises(BadPhone, match="too long"):
        read_phone("0" * 100_000, country="FR")


def test_numbers_are_looked_up_as_at_home_and_from_abroad() -> None:
    assert search_digits("+33612345678") == {"33612345678", "612345678"}
    assert search_digits("+14185251234") == {"14185251234", "4185251234"}
    assert search_digits("+35312345678") == {"35312345678", "12345678"}
    assert search_digits("0612") == {"0612"}
    assert written("+33612345678", country="FR") == "06 12 34 56 78"
    assert written("+33612345678", country="RO") == "+33 6 12 34 56 78"


def test_tel_08_who_has_a_recycled_number_says_so_by_text_message(tilleuls: Clinic, carpati: Clinic) -> None:
    """Everything stops at once, for all who wrote there, and each of them sees whose contact it is."""
    number = "+33612345678"
    ids = [text(tilleuls, number), text(carpati, number)]
    waiting = text(tilleuls, number, nature="answer")
    take_reply("0033612345678", "Ce n'est pas moi, merci", by=system("gateway"))
    send()
    assert [row(tilleuls, id).state for id in (ids[0], waiting)] == ["suppressed", "suppressed"]
    for clinic in (tilleuls, carpati):
        with clinic.acting():
            (stopped,) = clinic.organization.opt_outs.all()
        assert (stopped.medium, stopped.address, stopped.covers, stopped.is_stranger) == ("sms", number, "all", True)


STRANGERS = "/app/tilleuls/strangers/"


def not_me(clinic: Clinic, number: str = "+33612345678") -> None:
    text(clinic, number)
    take_reply(number, "Pas moi", by=system("gateway"))


def test_tel_08_somebody_is_told_whose_contact_it_is_and_looks_after_it(
    tilleuls: Clinic, carpati: Clinic, signed_in: Browser
) -> None:
    client = signed_in(tilleuls.staff)
    assert STRANGERS not in client.get("/app/tilleuls/").content.decode()
    assert "No address of a stranger" in words_of(client.get(STRANGERS))
    visit = book(tilleuls)
    not_me(tilleuls)
    assert (
        f'<a href="{STRANGERS}">Addresses of strangers<span class="count">1</span></a>'
        in client.get("/app/tilleuls/").content.decode()
    )
    page = client.get(STRANGERS)
    (one,) = page.context["rows"]
    name, url = "Aubrée Clémence", f"/app/tilleuls/patients/{visit.contact_id}/"
    assert (one["address"], one["words"], one["contacts"]) == ("06 12 34 56 78", "Pas moi", [(name, url)])
    assert signed_in(carpati.admin).post(one["done_url"].replace("tilleuls", "carpati")).status_code == 404
    client = signed_in(tilleuls.staff)
    assert [client.post(one["done_url"]).status_code for _ in "ab"] == [302, 302]
    assert client.get(STRANGERS).context["rows"] == []
    assert len(audited(tilleuls, "opt-out:look-after")) == 1
    id = text(tilleuls, "+33612345678")
    send()
    assert row(tilleuls, id).state == "suppressed"


def test_tel_08_who_is_no_stranger_after_all_leaves_the_list(tilleuls: Clinic, signed_in: Browser) -> None:
    not_me(tilleuls)
    client = signed_in(tilleuls.admin)
    assert [one["contacts"] for one in client.get(STRANGERS).context["rows"]] == [[]]
    with tilleuls.acting() as now:
        opt_in(tilleuls.organization, medium="sms", address="+33612345678", by=tilleuls.actor(), now=now)
    assert client.get(STRANGERS).context["rows"] == []


def test_tel_08_by_another_program(tilleuls: Clinic, carpati: Clinic) -> None:
    not_me(tilleuls)
    caller, path = member(tilleuls, Role.STAFF), "tilleuls/strangers"
    status, found = told(caller.get(path))
    (one,) = found["items"]
    assert (status, one["medium"], one["address"], one["words"]) == (200, "sms", "+33612345678", "Pas moi")
    assert member(tilleuls, Role.PROVIDER).get(path).status_code == 403
    assert member(carpati).post(f"carpati/strangers/{one['id']}/done").status_code == 404
    assert told(caller.post(f"{path}/{one['id']}/done")) == (200, one)
    assert told(caller.get(path)) == (200, {"items": [], "next": None})
    assert [entry["shown"] for entry in audited(tilleuls, "opt-out:list")] == [[one["id"]], []]
