"""Administration / Deliveries / Sender of e-mails, and the page where whoever reads its mail confirms it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from kalends.delivery import envelope, mail_senders
from kalends.delivery.models import SenderAddress
from tests.cast import Clinic
from tests.web.staff.desk import Browser, audited, notices, text

PAGE = "/app/tilleuls/settings/senders/"
OWN = "accueil@clinique.example"


@pytest.fixture
def desk(tilleuls: Clinic, signed_in: Browser, settings: Any) -> Client:
    settings.EMAIL_SENDER_DOMAINS = frozenset({"clinique.example"})
    return signed_in(tilleuls.admin)


def known(clinic: Clinic) -> SenderAddress:
    with clinic.acting():
        return clinic.organization.sender_addresses.get()


def said(desk: Client) -> list[tuple[str, str, str]]:
    return [(row.name, row.address, row.said) for row in desk.get(PAGE).context["rows"]]


def link(clinic: Clinic) -> str:
    return f"/accounts/sender/{mail_senders.secret_of(known(clinic))}/"


def test_from_asking_to_the_sender(tilleuls: Clinic, desk: Client, client: Client) -> None:
    asked = desk.post(f"{PAGE}organization/", {"address": OWN}, follow=True)
    assert notices(asked) == ["good: Saved."]
    (name, address, waiting), (doctor, nothing, as_all) = said(desk)
    assert (name, address, doctor, nothing, as_all) == (
        "Centre médical des Tilleuls",
        OWN,
        "Dr Hélène Vasseur",
        "",
        "As the organization.",
    )
    assert waiting.startswith("Asked on ")
    assert waiting.endswith(f"e-mails come from {envelope.sender_address()}, and answers go to {OWN}.")
    page = client.get(link(tilleuls))
    assert f"Inès Barbier of Centre médical des Tilleuls would like e-mails to patients to come from {OWN}." in text(
        page
    )
    assert known(tilleuls).verified_at is None  # opening the link changes nothing
    assert "This address is confirmed" in text(client.post(link(tilleuls)))
    assert said(desk)[0] == ("Centre médical des Tilleuls", OWN, "E-mails come from this address.")
    assert [one["who"] for one in audited(tilleuls, "sender:confirm")] == ["link in a mail"]
    since = known(tilleuls).verified_at
    assert "This address is confirmed" in text(client.post(link(tilleuls)))
    assert known(tilleuls).verified_at == since


def test_an_address_of_another_domain_says_that_it_only_gets_answers(tilleuls: Clinic, desk: Client) -> None:
    hers = f"{PAGE}{tilleuls.schedule.provider_id}/"
    desk.post(hers, {"address": "vasseur@gmail.example"})
    sentence = (
        f"E-mails come from {envelope.sender_address()} and answers go to vasseur@gmail.example, because the mail "
        "server of this installation may not send for gmail.example."
    )
    assert said(desk)[1] == ("Dr Hélène Vasseur", "vasseur@gmail.example", sentence)
    reminders = desk.get(f"/app/tilleuls/settings/providers/{tilleuls.schedule.provider_id}/reminders/")
    assert sentence in text(reminders)
    assert hers in reminders.content.decode()
    desk.post(hers, {"address": ""})
    assert said(desk)[1] == ("Dr Hélène Vasseur", "", "As the organization.")


def test_what_is_no_address_stays_in_its_field(tilleuls: Clinic, desk: Client) -> None:
    page = desk.post(f"{PAGE}organization/", {"address": "accueil@"})
    assert (page.status_code, page.context["form"]["address"].value()) == (422, "accueil@")
    assert "Please write an address such as accueil@clinique.fr." in text(page)


def test_links_that_are_over_or_made_up(tilleuls: Clinic, desk: Client, client: Client) -> None:
    desk.post(f"{PAGE}organization/", {"address": OWN})
    old = link(tilleuls)
    desk.post(f"{PAGE}organization/", {"address": "direction@clinique.example"})
    for path in (old, f"/accounts/sender/{'A' * 43}/", "/accounts/sender/x/"):
        answers = [client.get(path), client.post(path)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert "This link is over" in text(answers[0])
    assert known(tilleuls).verified_at is None


def test_another_clinic_s_practitioner_is_not_there(carpati: Clinic, desk: Client) -> None:
    path = f"{PAGE}{carpati.schedule.provider_id}/"
    assert [desk.get(path).status_code, desk.post(path, {"address": OWN}).status_code] == [404, 404]
