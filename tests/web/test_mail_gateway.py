"""What a provider of mails tells afterwards, posted as each of them posts it: believed only if it is proven."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.test import Client

from kalends.accounts.models import Person
from kalends.audit.models import Entry
from kalends.delivery import answering, operations
from kalends.delivery.models import SubmittedPart
from kalends.foundation.actor import system
from kalends.foundation.database import tenancy
from tests.cast import Clinic
from tests.delivery.provider import ADDRESSES
from tests.delivery.returning import PATIENT, carry, mail
from tests.delivery.texting import row

PATH = "/api/v1/webhooks/mail/"
GONE = "smtp; 550 5.1.1 <clemence@courriel.example>: No such user"
Sent = dict[str, str]


def handed_over(clinic: Clinic, state: str = "sent", number: str = "") -> UUID:
    """A mail that a provider has taken, or may have."""
    id = mail(clinic)
    with clinic.acting() as now:
        clinic.organization.deliveries.filter(id=id).update(
            handing_over_at=now, settled_at=now, state=state, needs_somebody=state == "unknown"
        )
    if number:
        with tenancy.acting(organization=None, by=system("test")) as now:
            SubmittedPart.objects.create(
                centre="postmark", number=number, organization_id=clinic.id, delivery_id=id, place=1, at=now
            )
    return id


def along(clinic: Clinic, id: UUID, reference: str = "") -> Sent:
    """What went along with it, and comes back."""
    return {"delivery": reference or str(id), "proof": answering.mail_proof(clinic.id, id)}


def password(word: str = "") -> str:
    return "Basic " + b64encode((word or answering.mail_password()).encode()).decode()


def post(body: Any, *, word: str = "", **more: Any) -> int:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    more = {"content_type": "application/json", "HTTP_AUTHORIZATION": password(word), **more}
    return Client().post(PATH, content, **more).status_code


def postmark(kind: str, sent: Sent, **more: Any) -> dict[str, Any]:
    return {"RecordType": kind, "MessageID": "id-1", "Recipient": PATIENT, "Email": PATIENT, "Metadata": sent, **more}


def brevo(kind: str, sent: Sent) -> int:
    events = {"delivered": "delivered", "bounced": "hard_bounce", "soft": "soft_bounce", "complained": "spam"}
    told = {"event": events[kind], "email": PATIENT, "message-id": "<x>", "X-Mailin-custom": json.dumps(sent)}
    return post(told | ({"reason": GONE} if kind == "bounced" else {}))


def mailgun(kind: str, sent: Sent) -> int:
    events = {"delivered": "delivered", "bounced": "failed", "soft": "failed", "complained": "complained"}
    signed = hmac.new(b"signing-key", b"1796630400token", hashlib.sha256).hexdigest()
    data = {
        "event": events[kind],
        "timestamp": 1796630400,
        "recipient": PATIENT,
        "severity": "temporary" if kind == "soft" else "permanent",
        "user-variables": sent,
        "message": {"headers": {"message-id": "x@mg"}},
        "delivery-status": {"message": GONE if kind == "bounced" else "try later", "code": 550},
    }
    return post({"signature": {"timestamp": "1796630400", "token": "token", "signature": signed}, "event-data": data})


def mailjet(kind: str, sent: Sent) -> int:
    events = {"delivered": "sent", "bounced": "bounce", "soft": "bounce", "complained": "spam"}
    told = {"event": events[kind], "time": 1796630400, "MessageID": 1, "email": PATIENT, "Payload": json.dumps(sent)}
    more = {"bounced": {"hard_bounce": True, "error": "user unknown"}, "soft": {"error": "quota exceeded"}}
    return post([told | more.get(kind, {})])


def mailtrap(kind: str, sent: Sent) -> int:
    events = {"delivered": "delivery", "bounced": "bounce", "soft": "soft bounce", "complained": "spam"}
    told = {
        "event": events[kind],
        "timestamp": 1796630400,
        "message_id": "x",
        "email": PATIENT,
        "custom_variables": sent,
        "response": GONE if kind == "bounced" else "",
    }
    body = json.dumps({"events": [told]}).encode()
    return post(body, HTTP_MAILTRAP_SIGNATURE=hmac.new(b"signing-key", body, hashlib.sha256).hexdigest())


def mandrill(kind: str, sent: Sent) -> int:
    events = {"delivered": "send", "bounced": "hard_bounce", "soft": "soft_bounce", "complained": "spam"}
    message = {"email": PATIENT, "metadata": sent, "_id": "x", "diag": GONE if kind == "bounced" else ""}
    told = json.dumps([{"event": events[kind], "ts": 1796630400, "_id": "x", "msg": message}])
    signed = answering.mail_events_address() + "mandrill_events" + told
    signature = b64encode(hmac.new(b"signing-key", signed.encode(), hashlib.sha1).digest()).decode()
    form = urlencode({"mandrill_events": told}).encode()
    return post(form, content_type="application/x-www-form-urlencoded", HTTP_X_MANDRILL_SIGNATURE=signature)


def as_postmark(kind: str, sent: Sent) -> int:
    kinds = {"delivered": "Delivery", "bounced": "Bounce", "soft": "Bounce", "complained": "SpamComplaint"}
    types = {"bounced": "HardBounce", "soft": "SoftBounce", "complained": "SpamComplaint"}
    more = {"Type": types[kind], "Details": GONE if kind == "bounced" else ""} if kind in types else {}
    return post(postmark(kinds[kind], sent, **more))


def resend(kind: str, sent: Sent) -> int:
    names = {"delivered": "delivered", "bounced": "bounced", "soft": "bounced", "complained": "complained"}
    data: dict[str, Any] = {
        "email_id": "x",
        "to": [PATIENT],
        "headers": [{"name": "X-Metadata", "value": json.dumps(sent)}],
    }
    if names[kind] == "bounced":
        final = "Permanent" if kind == "bounced" else "Transient"
        data["bounce"] = {"type": final, "message": "The recipient's server sent a bounce message."}
    return post({"type": f"email.{names[kind]}", "created_at": "2026-12-07T08:00:00Z", "data": data})


def sparkpost(kind: str, sent: Sent) -> int:
    events = {"delivered": "delivery", "bounced": "bounce", "soft": "bounce", "complained": "spam_complaint"}
    told = {
        "type": events[kind],
        "timestamp": "1796630400",
        "rcpt_to": PATIENT,
        "rcpt_meta": sent,
        "transmission_id": "x",
        "bounce_class": "10" if kind == "bounced" else "20",
        "raw_reason": GONE if kind == "bounced" else "",
    }
    return post([{"msys": {"message_event": told}}])


TELLS: dict[str, Callable[[str, Sent], int]] = {
    "brevo": brevo,
    "mailgun": mailgun,
    "mailjet": mailjet,
    "mailtrap": mailtrap,
    "mandrill": mandrill,
    "postmark": as_postmark,
    "resend": resend,
    "sparkpost": sparkpost,
}


def use(settings: Any, scheme: str) -> None:
    signs = scheme in ("mailgun", "mailtrap", "mandrill")
    settings.EMAIL_URL = ADDRESSES[scheme] + ("?signing=signing-key" if signs else "")


def dead(clinic: Clinic) -> list[tuple[str, UUID]]:
    with clinic.acting():
        return [(one.address, one.delivery_id) for one in clinic.organization.dead_addresses.filter(ended_at=None)]


def unwanted(clinic: Clinic) -> list[tuple[str, str, str]]:
    with clinic.acting():
        return [(one.address, one.covers, one.words) for one in clinic.organization.opt_outs.filter(ended_at=None)]


@pytest.mark.parametrize("scheme", sorted(TELLS))
def test_what_each_provider_tells_is_noted_once(scheme: str, tilleuls: Clinic, settings: Any) -> None:
    """Delivered, come back, called unwanted: as often as it is told."""
    use(settings, scheme)
    tell = TELLS[scheme]
    arrives, returns, passes = (handed_over(tilleuls, "unknown") for _ in range(3))
    for _ in range(3):
        assert tell("delivered", along(tilleuls, arrives)) == 200
        assert tell("soft", along(tilleuls, passes)) == 200
    assert dead(tilleuls) == []
    for _ in range(3):
        assert tell("bounced", along(tilleuls, returns)) == 200
        assert tell("complained", along(tilleuls, arrives)) == 200
    # Mandrill tells that it sent a mail, and never that it arrived.
    assert row(tilleuls, arrives).state == ("sent" if scheme == "mandrill" else "delivered")
    assert row(tilleuls, returns).state == "undelivered"
    assert row(tilleuls, passes).state in ("undelivered", "unknown")
    assert not row(tilleuls, arrives).needs_somebody
    assert dead(tilleuls) == [(PATIENT, returns)]
    assert unwanted(tilleuls) == [(PATIENT, "unasked", "complained")]
    with tilleuls.acting():
        acts = Entry.all_rows.filter(organization_id=tilleuls.id, act__in=("dead-address:begin", "opt-out:begin"))
        assert sorted(acts.values_list("act", flat=True)) == ["dead-address:begin", "opt-out:begin"]


def test_nothing_more_goes_to_a_dead_address(tilleuls: Clinic, settings: Any) -> None:
    use(settings, "postmark")
    id = handed_over(tilleuls)
    as_postmark("bounced", along(tilleuls, id))
    assert (row(tilleuls, id).state, row(tilleuls, id).reason) == ("undelivered", "5.1.1 No such user")
    settings.EMAIL_URL = ""
    later = mail(tilleuls)
    carry()
    assert (row(tilleuls, later).state, row(tilleuls, later).reason) == (
        "suppressed",
        "Not sent: mails to this address come back.",
    )


def test_told_again_after_somebody_said_that_it_is_right_it_says_nothing(tilleuls: Clinic, settings: Any) -> None:
    use(settings, "postmark")
    id = handed_over(tilleuls)
    as_postmark("bounced", along(tilleuls, id))
    as_postmark("complained", along(tilleuls, id))
    with tilleuls.acting() as now:
        operations.revive(tilleuls.organization, address=PATIENT, by=system("test"), now=now)
        operations.opt_in(tilleuls.organization, medium="email", address=PATIENT, by=system("test"), now=now)
    as_postmark("bounced", along(tilleuls, id))
    as_postmark("complained", along(tilleuls, id))
    assert (dead(tilleuls), unwanted(tilleuls)) == ([], [])


@pytest.mark.parametrize(
    ("details", "is_dead"),
    [
        (GONE, True),
        ("", True),
        ("smtp; 550 5.7.1 message refused", False),
        ("smtp; 552 5.2.2 mailbox full", False),
        ("smtp; 550 no such person", True),
    ],
)
def test_what_the_other_server_said_tells_how_final_it_is(
    details: str, is_dead: bool, tilleuls: Clinic, settings: Any
) -> None:
    """As for mails that come back over SMTP."""
    use(settings, "postmark")
    id = handed_over(tilleuls)
    assert post(postmark("Bounce", along(tilleuls, id), Type="HardBounce", Details=details)) == 200
    assert (row(tilleuls, id).state, bool(dead(tilleuls))) == ("undelivered", is_dead)


def test_a_delay_is_only_told(tilleuls: Clinic, settings: Any) -> None:
    use(settings, "postmark")
    id = handed_over(tilleuls)
    assert post(postmark("Bounce", along(tilleuls, id), Type="Transient", Details="451 4.7.1 later")) == 200
    assert (row(tilleuls, id).state, row(tilleuls, id).reason) == ("sent", "4.7.1 later")


def test_without_what_went_along_the_number_finds_it(tilleuls: Clinic, settings: Any) -> None:
    use(settings, "postmark")
    id = handed_over(tilleuls, number="id-1")
    assert post(postmark("Delivery", {}, MessageID="nobody's")) == 200
    assert row(tilleuls, id).state == "sent"
    assert post(postmark("Delivery", {})) == 200
    assert row(tilleuls, id).state == "delivered"


def test_what_is_said_of_an_earlier_time_says_nothing_of_this_one(tilleuls: Clinic, settings: Any) -> None:
    use(settings, "postmark")
    id = handed_over(tilleuls)
    with tilleuls.acting():
        tilleuls.organization.deliveries.filter(id=id).update(repeats=1)
    as_postmark("bounced", along(tilleuls, id))
    assert (row(tilleuls, id).state, dead(tilleuls)) == ("sent", [])
    as_postmark("bounced", along(tilleuls, id, f"{id}-1"))
    assert row(tilleuls, id).state == "undelivered"


def test_the_proof_of_one_mail_proves_no_other(tilleuls: Clinic, carpati: Clinic, settings: Any) -> None:
    use(settings, "postmark")
    ours, theirs = handed_over(tilleuls), handed_over(carpati)
    for sent in (
        {**along(tilleuls, ours), "delivery": str(theirs)},
        {**along(tilleuls, theirs)},
        {"delivery": str(theirs), "proof": answering.mail_proof(tilleuls.id, theirs)},
        {"delivery": "x", "proof": "y"},
        {"delivery": str(ours)},
    ):
        assert as_postmark("bounced", sent) == 200
    assert (row(tilleuls, ours).state, row(carpati, theirs).state) == ("sent", "sent")


@pytest.mark.parametrize("word", ["kalends:wrong", "somebody:else", ":"])
def test_whoever_does_not_know_the_password_is_not_believed(word: str, tilleuls: Clinic, settings: Any) -> None:
    use(settings, "postmark")
    id = handed_over(tilleuls)
    assert post(postmark("Delivery", along(tilleuls, id)), word=word) == 403
    assert post(postmark("Delivery", along(tilleuls, id)), HTTP_AUTHORIZATION="") == 403
    assert post(postmark("Delivery", along(tilleuls, id)), HTTP_AUTHORIZATION="Bearer x") == 403
    assert row(tilleuls, id).state == "sent"


@pytest.mark.parametrize("scheme", ["mailgun", "mailtrap", "mandrill"])
def test_what_is_not_signed_is_not_believed(scheme: str, tilleuls: Clinic, settings: Any) -> None:
    use(settings, scheme)
    settings.EMAIL_URL = settings.EMAIL_URL.replace("signing-key", "another")
    id = handed_over(tilleuls)
    assert TELLS[scheme]("delivered", along(tilleuls, id)) == 403
    settings.EMAIL_URL = ADDRESSES[scheme]  # and where no key is set, nothing is, unless the password is enough
    expected = 200 if scheme == "mailtrap" else 403
    assert TELLS[scheme]("delivered", along(tilleuls, id)) == expected


def test_what_nobody_can_read_is_refused_and_what_concerns_nobody_is_not(tilleuls: Clinic, settings: Any) -> None:
    use(settings, "postmark")
    assert [post(body) for body in (b"", b"{", b"[]", b'"x"', b"\xff")] == [400] * 5
    assert post({"RecordType": "Inbound"}) == 200
    assert post({"RecordType": "Open", "Recipient": PATIENT}) == 200
    assert post({"RecordType": "Delivery"}) == 200


@pytest.mark.parametrize("scheme", ["sparkpost", "mandrill"])
def test_thousands_of_mails_are_told_of_at_once(scheme: str, tilleuls: Clinic, settings: Any) -> None:
    """More than visitors may send."""
    use(settings, scheme)
    id = handed_over(tilleuls, "unknown")
    sent = along(tilleuls, id) | {"filled": "x" * (2 * settings.DATA_UPLOAD_MAX_MEMORY_SIZE)}
    assert TELLS[scheme]("bounced", sent) == 200
    assert row(tilleuls, id).state == "undelivered"


def test_more_than_anybody_tells_is_not_read(settings: Any) -> None:
    use(settings, "postmark")
    assert post(b"[]", CONTENT_LENGTH="20000001") == 400


def test_without_a_provider_nobody_listens(settings: Any) -> None:
    for url in ("", "smtp://mail.example"):
        settings.EMAIL_URL = url
        assert post({}) == 404
    use(settings, "mandrill")
    assert (Client().head(PATH).status_code, Client().get(PATH).status_code) == (200, 405)


def test_the_outbox_says_where_it_is_told(tilleuls: Clinic, client: Client, settings: Any) -> None:
    """To whoever runs the installation; of a demo everybody sees that page."""
    use(settings, "mailgun")
    address = answering.mail_events_address()
    assert address == f"http://{answering.mail_password()}@{settings.BASE_URL.partition('://')[2]}{PATH}"
    runs = Person.objects.create_user(email="runs@kalends.example", name="Runs It", password="x")
    Person.objects.filter(id=runs.id).update(is_platform_admin=True)
    client.force_login(Person.objects.get(id=runs.id), backend="kalends.accounts.backend.Backend")
    page = client.get("/outbox/").content.decode()
    assert f"<code>{address}</code>" in page
    assert "What has been handed over to Mailgun" in page
    settings.DEMO = True
    assert address not in client.get("/outbox/").content.decode()
