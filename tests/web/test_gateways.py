"""Where gateways answer: receipts in any order, and STOP (MSG-01, MSG-02, SMS-11)."""

from __future__ import annotations

import hmac
import json
from typing import Any
from urllib.parse import quote_plus
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client

from kalends.delivery import answering
from kalends.delivery.operations import claiming, set_settings
from kalends.delivery.operations.claiming import Mark, Result
from kalends.delivery.presence import Presence
from kalends.delivery.rules import Fate, Outcome
from kalends.foundation.database.models import new_id
from tests.cast import Clinic
from tests.delivery.texting import row, send, text

NUMBER = "+33612345601"
DELIVERED, UNDELIVERED, WAITS, TAKEN, REFUSED = "1", "2", "4", "8", "16"


def receipt(clinic: Clinic, id: UUID, kind: str, words: str = "") -> int:
    path = answering.receipt_address(clinic.organization.id, id).removeprefix(settings.BASE_URL)
    return Client().get(path, {"type": kind, "words": words}).status_code


def handed_over(clinic: Clinic, words: str = "Rappel") -> UUID:
    """A text message whose fate its gateway has not told yet."""
    id = text(clinic, NUMBER, words)
    send(at_home=True)
    with clinic.acting() as now:
        clinic.organization.deliveries.filter(id=id).update(handing_over_at=now, carrier="kannel")
    return id


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ([TAKEN], "sent"),
        ([TAKEN, DELIVERED], "delivered"),
        ([DELIVERED, TAKEN, WAITS, DELIVERED], "delivered"),
        ([UNDELIVERED], "undelivered"),
        ([REFUSED], "undelivered"),
        ([DELIVERED, UNDELIVERED, DELIVERED], "undelivered"),
        ([WAITS], "sent"),
        (["nonsense", ""], "sent"),
    ],
)
def test_receipts_come_twice_and_in_any_order(tilleuls: Clinic, told: list[str], state: str) -> None:
    id = handed_over(tilleuls)
    assert {receipt(tilleuls, id, kind) for kind in told} == {200}
    assert row(tilleuls, id).state == state


def test_the_network_s_words_are_kept_without_the_message(tilleuls: Clinic) -> None:
    id = handed_over(tilleuls)
    receipt(tilleuls, id, UNDELIVERED, "id:7 sub:001 stat:UNDELIV err:069 text:Votre rendez-vous")
    assert row(tilleuls, id).reason == "stat:UNDELIV err:069"


def test_a_receipt_that_comes_before_the_gateway_s_answer_stands(tilleuls: Clinic) -> None:
    """Also where the worker dies in between: then what was unknown is known."""
    for ends in (True, False):
        id = text(tilleuls, NUMBER)
        with Presence() as presence, tilleuls.acting() as now:
            (claimed,) = claiming.claim(tilleuls.organization, media=["sms"], claimer=presence.name, now=now)
            claiming.mark(tilleuls.organization, [Mark(claimed)], claimer=presence.name, now=now)
        receipt(tilleuls, id, DELIVERED)
        assert (row(tilleuls, id).state, row(tilleuls, id).receipt) == ("claimed", "delivered")
        with tilleuls.acting() as now:
            if ends:
                result = Result(claimed, presence.name, Outcome(Fate.UNKNOWN, "timed out"), "kannel", "x", "<x@y>")
                claiming.settle(tilleuls.organization, [result], now=now)
            else:
                claiming.rescue(tilleuls.organization, claimer=presence.name, now=now)
        found = row(tilleuls, id)
        assert (found.state, found.reason, found.attempts) == ("delivered", "", 1)


def test_what_was_not_handed_over_has_no_receipt(tilleuls: Clinic) -> None:
    id = text(tilleuls, NUMBER)
    assert (receipt(tilleuls, id, DELIVERED), row(tilleuls, id).state) == (200, "queued")


def test_an_unknown_delivery_is_passed_over(tilleuls: Clinic) -> None:
    assert receipt(tilleuls, UUID(str(new_id())), DELIVERED) == 200


def test_without_its_secret_nothing_is_taken(tilleuls: Clinic, carpati: Clinic, client: Client) -> None:
    id = handed_over(tilleuls)
    other = text(carpati, NUMBER)
    secret = answering.receipt_address(carpati.organization.id, other).split("/")[-2]
    wrong = [f"{answering.PATH}/receipts/{id}/{proof}/?type=1" for proof in (secret, "x", "A" * 43, "é" * 43)]
    wrong += [f"{answering.PATH}/replies/{proof}/?from={NUMBER}&text=STOP" for proof in ("x", secret, "é")]
    assert [client.get(path).status_code for path in wrong] == [403] * len(wrong)
    assert row(tilleuls, id).state == "sent"
    with tilleuls.acting():
        assert tilleuls.organization.opt_outs.count() == 0


def test_stop_counts_for_all_who_wrote_to_this_number(tilleuls: Clinic, carpati: Clinic, client: Client) -> None:
    handed_over(tilleuls)
    with carpati.acting() as now:
        set_settings(carpati.organization, text_countries="FR", by=carpati.actor(), now=now)
    path = f"{answering.PATH}/replies/{answering.reply_address().split('/')[-2]}/"
    for asked in ({"from": "33612345601", "text": "STOP"}, {"from": NUMBER, "text": "stop"}):
        answer = client.post(path, asked)
        assert (answer.status_code, answer.content) == (200, b"")
    ids = [text(clinic, NUMBER) for clinic in (tilleuls, carpati)]
    send()
    assert [row(*one).state for one in zip((tilleuls, carpati), ids, strict=True)] == ["suppressed", "sent"]
    with tilleuls.acting():
        assert [(one.address, one.words, one.by_label) for one in tilleuls.organization.opt_outs.all()] == [
            (NUMBER, "STOP", "sms gateway")
        ]
    client.post(path, {"from": NUMBER, "text": "START"})
    again = text(tilleuls, NUMBER)
    send()
    assert row(tilleuls, again).state == "sent"
    with tilleuls.acting():
        assert [one.ended_at is not None for one in tilleuls.organization.opt_outs.all()] == [True]


def test_a_text_is_read_in_the_alphabet_it_came_in(tilleuls: Clinic, client: Client) -> None:
    """Kannel hands UTF-16 on as it came."""
    handed_over(tilleuls)
    path = f"{answering.PATH}/replies/{answering.reply_address().split('/')[-2]}/"
    client.get(f"{path}?from=%2B33612345601&charset=UTF-16BE&text={quote_plus('Arrêt svp'.encode('utf-16-be'))}")
    with tilleuls.acting():
        assert [one.words for one in tilleuls.organization.opt_outs.all()] == ["Arrêt svp"]


SIGNED = "https+json://key@sms.example/v1?secret=secret"


def signed(clinic: Clinic, id: UUID, told: dict[str, Any], *, secret: str = "secret") -> int:
    path = answering.receipt_address(clinic.organization.id, id, signed=True).removeprefix(settings.BASE_URL)
    body = json.dumps({"reference": str(id), **told})
    proof = hmac.new(secret.encode(), body.encode(), "sha256").hexdigest()
    answer = Client().post(path, body, content_type="application/json", headers={"Signature": f"sha256={proof}"})
    return answer.status_code


@pytest.mark.parametrize(
    ("told", "state", "torn"),
    [
        ([("sent", "1"), ("sent", "2"), ("sent", "3")], "sent", False),
        ([("delivered", "1"), ("delivered", "2")], "sent", False),
        ([("delivered", "3"), ("delivered", "1"), ("sent", "2"), ("delivered", "2")], "delivered", False),
        ([("delivered", "1"), ("delivered", "1"), ("delivered", "1")], "sent", False),
        ([("delivered", "1"), ("undelivered", "2"), ("delivered", "3")], "undelivered", True),
        ([("undelivered", "1"), ("undelivered", "2"), ("undelivered", "3")], "undelivered", False),
        ([("delivered", "")], "delivered", False),
        ([("deciding", "1"), ("", "")], "sent", False),
    ],
)
def test_msg_02_it_has_arrived_when_all_of_its_parts_have(
    tilleuls: Clinic, settings: Any, told: list[tuple[str, str]], state: str, torn: bool
) -> None:
    settings.SMS_URL = SIGNED
    id = handed_over(tilleuls, "Ș" * 150)
    assert {signed(tilleuls, id, {"state": says, "part": part, "reason": "no\nsignal"}) for says, part in told} == {200}
    found = row(tilleuls, id)
    assert (found.parts, found.state, found.is_torn) == (3, state, torn)
    assert found.reason == ("no signal" if state == "undelivered" else "")


def test_msg_01_what_is_signed_by_somebody_else_is_refused(
    tilleuls: Clinic, carpati: Clinic, settings: Any, client: Client
) -> None:
    id = handed_over(tilleuls)
    delivered = {"state": "delivered"}
    assert signed(tilleuls, id, delivered) == 403  # no such gateway is set
    settings.SMS_URL = SIGNED
    assert signed(tilleuls, id, delivered, secret="other") == 403
    path = answering.receipt_address(tilleuls.organization.id, id, signed=True)
    assert client.post(path, json.dumps(delivered), content_type="application/json").status_code == 403
    assert client.get(path).status_code == 405
    assert signed(carpati, id, delivered) == 200  # proven for a clinic that has no such message
    unknown = UUID(str(new_id()))
    assert signed(tilleuls, unknown, delivered) == 200
    assert signed(tilleuls, id, {**delivered, "reference": f"{id}-1"}) == 200  # of another time
    assert row(tilleuls, id).state == "sent"
    assert [signed(tilleuls, id, {"state": says}) for says in ("delivered", "delivered", "sent")] == [200] * 3
    assert row(tilleuls, id).state == "delivered"


def test_signed_replies(tilleuls: Clinic, settings: Any, client: Client) -> None:
    settings.SMS_URL = SIGNED
    handed_over(tilleuls)
    body = json.dumps({"from": NUMBER, "text": "ARRÊT"})
    proof = hmac.new(b"secret", body.encode(), "sha256").hexdigest()
    path = f"{answering.PATH}/signed-replies/"
    for signature, status, ended in (("sha256=x", 403, 0), ("é", 403, 0), (f"sha256={proof}", 200, 1)):
        answer = client.post(path, body, content_type="application/json", headers={"Signature": signature})
        assert answer.status_code == status
        with tilleuls.acting():
            assert tilleuls.organization.opt_outs.count() == ended
