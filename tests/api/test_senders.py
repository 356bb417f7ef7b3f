"""From whom e-mails come, by another program."""

from __future__ import annotations

from typing import Any

from kalends.delivery import envelope, mail_senders
from kalends.delivery import operations as delivery
from kalends.organizations.permissions import Role
from tests.api.callers import NOT_FOUND, member, problem, told
from tests.cast import Clinic

PATH = "tilleuls/senders"


def test_set_confirmed_and_given_up(tilleuls: Clinic, settings: Any) -> None:
    settings.EMAIL_SENDER_DOMAINS = frozenset({"clinique.example"})
    none = {"platform": envelope.sender_address(), "domains": ["clinique.example"], "items": []}
    caller = member(tilleuls)
    assert told(caller.get(PATH)) == (200, none)
    hers = str(tilleuls.schedule.provider_id)
    told(caller.put(PATH, {"provider": hers, "address": "vasseur@elsewhere.example"}))
    status, body = told(caller.put(PATH, {"address": "accueil@clinique.example"}))
    assert status == 200
    assert [(one["provider"], one["address"], one["verified_at"], one["used_as"]) for one in body["items"]] == [
        (None, "accueil@clinique.example", None, "reply_to"),
        (hers, "vasseur@elsewhere.example", None, "reply_to"),
    ]
    with tilleuls.acting() as now:
        for one in tilleuls.organization.sender_addresses.all():
            secret = str(mail_senders.secret_of(one))
            delivery.confirm_sender(tilleuls.organization, secret, by=tilleuls.actor(), now=now)
    _, body = told(caller.get(PATH))
    assert [(one["verified_at"] is None, one["used_as"]) for one in body["items"]] == [
        (False, "from"),
        (False, "reply_to"),
    ]
    for one in ({"address": ""}, {"provider": hers, "address": ""}):
        status, body = told(caller.put(PATH, one))
    assert (status, body) == (200, none)


def test_what_is_no_address_and_nobody_s(tilleuls: Clinic, carpati: Clinic) -> None:
    caller = member(tilleuls)
    sentence = "Please write an address such as accueil@clinique.fr."
    assert told(caller.put(PATH, {"address": "a"})) == (
        422,
        problem(422, "invalid", "Some fields need your attention.", ("address", sentence)),
    )
    foreign = {"provider": str(carpati.schedule.provider_id), "address": "a@b.example"}
    assert told(caller.put(PATH, foreign)) == (404, NOT_FOUND)


def test_it_is_the_administrators_to_say(tilleuls: Clinic) -> None:
    caller = member(tilleuls, Role.STAFF)
    assert [told(caller.get(PATH))[0], told(caller.put(PATH, {"address": ""}))[0]] == [403, 403]
