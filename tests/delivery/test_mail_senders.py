"""From whom mails are: only from whoever has agreed, and only where the mail server may send for (TPL-07)."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest

from kalends.audit.models import Entry
from kalends.delivery import mail_senders
from kalends.delivery import operations as delivery
from kalends.delivery.models import SenderAddress
from kalends.delivery.operations.mail_senders import ASKED, LIVES
from kalends.foundation.errors import Invalid, TooManyRequests
from kalends.organizations.models import Provider
from tests.cast import Clinic
from tests.delivery.returning import carry, mail
from tests.delivery.sink import Sink, listening

PLATFORM, OWN = "agenda@tilleuls.example", "accueil@clinique.example"


@pytest.fixture(autouse=True)
def _domains(settings: Any) -> None:
    settings.EMAIL_SENDER_DOMAINS = frozenset({"clinique.example"})


def ask(clinic: Clinic, address: str, provider: Provider | None = None) -> SenderAddress | None:
    with clinic.acting() as now:
        return delivery.set_sender(clinic.organization, provider=provider, address=address, by=clinic.actor(), now=now)


def agree(clinic: Clinic, known: SenderAddress | None) -> None:
    assert known is not None
    with clinic.acting() as now:
        secret = str(mail_senders.secret_of(known))
        assert delivery.confirm_sender(clinic.organization, secret, by=clinic.actor(), now=now) is not None


def practitioner(clinic: Clinic) -> Provider:
    with clinic.acting():
        found: Provider = clinic.organization.providers.get()
        return found


def written_from(clinic: Clinic, settings: Any, **more: Any) -> tuple[str, str | None, str]:
    """From, Reply-To and the envelope's sender of one mail."""
    sink = Sink()
    with listening(sink) as settings.EMAIL_URL:
        mail(clinic, "patient@courriel.example", **more)
        carry()
    index = sink.recipients.index("patient@courriel.example")
    message = sink.messages[index]
    return message["From"].addresses[0].addr_spec, message["Reply-To"], sink.senders[index]


def test_without_one_it_is_the_platform_and_answers_go_to_the_organization(tilleuls: Clinic, settings: Any) -> None:
    assert written_from(tilleuls, settings) == (PLATFORM, None, PLATFORM)
    tilleuls.organization.email = "contact@tilleuls.example"
    with tilleuls.acting():
        tilleuls.organization.save()
    assert written_from(tilleuls, settings) == (PLATFORM, "contact@tilleuls.example", PLATFORM)


def test_until_somebody_agrees_it_only_gets_the_answers(tilleuls: Clinic, settings: Any) -> None:
    asked = ask(tilleuls, OWN)
    assert written_from(tilleuls, settings) == (PLATFORM, OWN, PLATFORM)
    agree(tilleuls, asked)
    assert written_from(tilleuls, settings) == (OWN, None, PLATFORM)


@pytest.mark.parametrize(
    "address",
    [
        "president@elysee.example",
        "accueil@sub.clinique.example",
        "accueil@clinique.example.evil.example",
        "accueil@сlinique.example",  # its first letter is Cyrillic
        "clinique.example@evil.example",
    ],
)
def test_TPL_07_another_domain_never_stands_in_From(tilleuls: Clinic, settings: Any, address: str) -> None:
    """Even where whoever reads its mail agrees: the patient's server would take it for forged."""
    agree(tilleuls, ask(tilleuls, address))
    local, _, domain = address.rpartition("@")
    assert written_from(tilleuls, settings) == (PLATFORM, f"{local}@{domain.encode('idna').decode()}", PLATFORM)


def test_a_domain_that_is_no_longer_ours_to_send_for_is_given_up_at_once(tilleuls: Clinic, settings: Any) -> None:
    agree(tilleuls, ask(tilleuls, OWN))
    settings.EMAIL_SENDER_DOMAINS = frozenset()
    assert written_from(tilleuls, settings) == (PLATFORM, OWN, PLATFORM)


def test_a_practitioner_s_own_goes_before_the_organization_s(tilleuls: Clinic, settings: Any) -> None:
    agree(tilleuls, ask(tilleuls, OWN))
    visit = {"schedules": [tilleuls.schedule.id]}
    assert written_from(tilleuls, settings, **visit) == (OWN, None, PLATFORM)
    hers = ask(tilleuls, "vasseur@clinique.example", practitioner(tilleuls))
    assert written_from(tilleuls, settings, **visit) == (PLATFORM, "vasseur@clinique.example", PLATFORM)
    agree(tilleuls, hers)
    assert written_from(tilleuls, settings, **visit) == ("vasseur@clinique.example", None, PLATFORM)
    assert written_from(tilleuls, settings) == (OWN, None, PLATFORM)
    other = UUID(int=7)
    assert written_from(tilleuls, settings, schedules=[tilleuls.schedule.id, other]) == (OWN, None, PLATFORM)


def test_another_organization_s_sender_is_nobody_else_s(tilleuls: Clinic, carpati: Clinic, settings: Any) -> None:
    agree(tilleuls, ask(tilleuls, OWN))
    assert written_from(carpati, settings) == (PLATFORM, None, PLATFORM)


def test_the_link_of_one_organization_confirms_nothing_of_another(tilleuls: Clinic, carpati: Clinic) -> None:
    asked, theirs = ask(tilleuls, OWN), ask(carpati, OWN)
    assert asked is not None
    assert theirs is not None
    with carpati.acting() as now:
        for secret in (str(mail_senders.secret_of(asked)), "", "x" * 43, str(mail_senders.secret_of(theirs))[:-1]):
            assert delivery.confirm_sender(carpati.organization, secret, by=carpati.actor(), now=now) is None
        assert carpati.organization.sender_addresses.get().verified_at is None


def test_a_link_is_good_for_seven_days_and_until_another_address_is_chosen(tilleuls: Clinic) -> None:
    asked = ask(tilleuls, OWN)
    assert asked is not None
    secret = str(mail_senders.secret_of(asked))
    with tilleuls.acting() as now:
        late = now + LIVES
        assert delivery.confirm_sender(tilleuls.organization, secret, by=tilleuls.actor(), now=late) is None
    ask(tilleuls, "direction@clinique.example")
    with tilleuls.acting() as now:
        assert delivery.confirm_sender(tilleuls.organization, secret, by=tilleuls.actor(), now=now) is None


def test_an_address_that_has_agreed_is_not_asked_again(tilleuls: Clinic) -> None:
    agree(tilleuls, ask(tilleuls, OWN))
    again = ask(tilleuls, "accueil@Clinique.EXAMPLE ")
    assert again is not None
    assert again.verified_at is not None
    with tilleuls.acting():
        assert tilleuls.organization.deliveries.filter(kind="sender_address").count() == 1
    assert ask(tilleuls, "") is None
    with tilleuls.acting():
        acts = Entry.all_rows.filter(organization_id=tilleuls.id, act__startswith="sender:")
        assert list(acts.order_by("at").values_list("act", flat=True)) == [
            "sender:ask",
            "sender:confirm",
            "sender:remove",
        ]


@pytest.mark.parametrize(
    "address",
    ["a", "a@b", f"{OWN}\r\nBcc: x@y.example", f"{OWN}, c@d.example", "é@b.example", f"{OWN}\0", f"<{OWN}>"],
)
def test_what_is_no_address_is_refused(tilleuls: Clinic, address: str) -> None:
    with pytest.raises(Invalid) as refusal:
        ask(tilleuls, address)
    assert [error.field for error in refusal.value.errors] == ["address"]


def test_nobody_can_be_written_to_without_end(tilleuls: Clinic, settings: Any) -> None:
    settings.LIMITS = True
    for number in range(ASKED.most):
        ask(tilleuls, f"a{number}@victim.example")
    with pytest.raises(TooManyRequests):
        ask(tilleuls, "once-more@victim.example")


def test_the_mail_that_asks_is_from_the_platform_and_holds_the_link(tilleuls: Clinic, settings: Any) -> None:
    sink = Sink()
    with listening(sink) as settings.EMAIL_URL:
        asked = ask(tilleuls, OWN)
        carry()
    assert asked is not None
    (message,) = sink.messages
    assert message["From"].addresses[0].addr_spec == PLATFORM
    body = message.get_body(("plain",))
    assert body is not None
    assert re.findall(r"/accounts/sender/([^/\s]+)/", body.get_content()) == [str(mail_senders.secret_of(asked))]
