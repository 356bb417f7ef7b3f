"""What comes back by e-mail: to which delivery it belongs, and what follows (MSG-01 for mails)."""

from __future__ import annotations

import io
import logging
from pathlib import Path
from typing import Any

import pytest

from kalends.audit.models import Entry
from kalends.delivery import operations as delivery
from kalends.delivery.bounces import addresses, maildir
from kalends.delivery.bounces.taking import Taken, take
from kalends.delivery.models import DeadAddress
from kalends.delivery.operations import claiming
from kalends.delivery.presence import Presence
from kalends.foundation.database.models import new_id
from tests.cast import Clinic
from tests.delivery.returning import BOUNCE_ADDRESS, PATIENT, carry, handed_over, mail, report, return_address
from tests.delivery.sink import Sink, listening
from tests.delivery.texting import row


@pytest.fixture(autouse=True)
def _taken_back(settings: Any) -> None:
    settings.BOUNCE_ADDRESS = BOUNCE_ADDRESS


def dead(clinic: Clinic) -> list[DeadAddress]:
    with clinic.acting():
        return list(clinic.organization.dead_addresses.order_by("since"))


def test_each_mail_has_a_way_back_of_its_own(tilleuls: Clinic, settings: Any) -> None:
    sink = Sink()
    with listening(sink) as settings.EMAIL_URL:
        ids = [mail(tilleuls), mail(tilleuls, "b@courriel.example")]
        carry()
    senders = [return_address(tilleuls, id) for id in ids]
    assert sorted(sink.senders) == sorted(senders)
    assert all(len(sender.partition("@")[0]) <= 64 for sender in senders)
    assert [message["From"].addresses[0].addr_spec for message in sink.messages] == ["agenda@tilleuls.example"] * 2
    everybody = [tilleuls.id]
    assert [addresses.proven_by(sender.upper(), everybody) for sender in senders] == [(tilleuls.id, id) for id in ids]


def test_without_an_address_for_it_mail_comes_back_to_the_sender(tilleuls: Clinic, settings: Any) -> None:
    settings.BOUNCE_ADDRESS = ""
    sink = Sink()
    with listening(sink) as settings.EMAIL_URL:
        id = mail(tilleuls)
        carry()
    assert sink.senders == ["agenda@tilleuls.example"]
    assert take(report(f"back+{'a' * 48}@returns.test")) == Taken.NOT_OURS
    assert row(tilleuls, id).state == "sent"


def test_a_dead_address_is_kept_in_mind_and_nothing_more_goes_there(tilleuls: Clinic, carpati: Clinic) -> None:
    id = handed_over(tilleuls, "Clemence@courriel.example")
    assert take(report(return_address(tilleuls, id))) == Taken.NOTED
    found = row(tilleuls, id)
    assert (found.state, found.receipt, found.reason) == ("undelivered", "undelivered", "5.1.1 No such user")
    assert [(one.address, one.reason, one.delivery_id) for one in dead(tilleuls)] == [
        (PATIENT, "5.1.1 No such user", id)
    ]
    later, elsewhere, to_another = mail(tilleuls), mail(carpati), mail(tilleuls, "b@courriel.example")
    carry()
    held = row(tilleuls, later)
    assert (held.state, held.reason) == ("suppressed", "Not sent: mails to this address come back.")
    assert (row(tilleuls, to_another).state, row(carpati, elsewhere).state) == ("sent", "sent")


def test_somebody_says_that_it_is_alive(tilleuls: Clinic) -> None:
    """Then mails leave again, what left before does not kill it a second time, and what leaves after may."""
    first, second = handed_over(tilleuls), handed_over(tilleuls)
    take(report(return_address(tilleuls, first)))
    with tilleuls.acting() as now:
        delivery.revive(tilleuls.organization, address=PATIENT.upper(), by=tilleuls.actor(), now=now)
    take(report(return_address(tilleuls, second)))
    assert row(tilleuls, second).state == "undelivered"
    assert [one.ended_at is None for one in dead(tilleuls)] == [False]
    third = handed_over(tilleuls)
    assert row(tilleuls, third).state == "sent"
    take(report(return_address(tilleuls, third)))
    assert [one.ended_at is None for one in dead(tilleuls)] == [False, True]
    with tilleuls.acting():
        acts = Entry.all_rows.filter(organization_id=tilleuls.id, act__startswith="dead-address")
        told = list(acts.order_by("at").values_list("act", "actor_label"))
    assert told == [
        ("dead-address:begin", "returned e-mail"),
        ("dead-address:end", "Inès Barbier"),
        ("dead-address:begin", "returned e-mail"),
    ]


def test_the_same_message_brought_twice_says_nothing_new(tilleuls: Clinic) -> None:
    raw = report(return_address(tilleuls, handed_over(tilleuls)))
    assert [take(raw), take(raw)] == [Taken.NOTED, Taken.NOTHING_NEW]
    assert len(dead(tilleuls)) == 1


def test_a_delay_changes_nothing_but_what_is_told(tilleuls: Clinic) -> None:
    id = handed_over(tilleuls)
    late = report(return_address(tilleuls, id), action="delayed", status="4.2.2", diagnostic="smtp; 452 4.2.2 full")
    assert [take(late), take(late)] == [Taken.NOTED, Taken.NOTHING_NEW]
    assert (row(tilleuls, id).state, row(tilleuls, id).reason) == ("sent", "4.2.2 full")
    assert take(report(return_address(tilleuls, id))) == Taken.NOTED
    assert take(late) == Taken.NOTHING_NEW
    assert (row(tilleuls, id).state, row(tilleuls, id).reason) == ("undelivered", "5.1.1 No such user")


def test_a_message_that_is_lost_says_nothing_of_its_address(tilleuls: Clinic) -> None:
    for status in ("5.2.2", "5.7.1", "4.4.7"):
        id = handed_over(tilleuls)
        take(report(return_address(tilleuls, id), status=status, diagnostic="smtp; 550 no"))
        assert (row(tilleuls, id).state, dead(tilleuls)) == ("undelivered", [])


def test_what_went_to_somebody_else_in_test_mode_says_nothing_of_the_patient(tilleuls: Clinic) -> None:
    id = handed_over(tilleuls)
    with tilleuls.acting():
        tilleuls.organization.deliveries.filter(id=id).update(redirected_to="tests@tilleuls.example")
    assert take(report(return_address(tilleuls, id), about="tests@tilleuls.example")) == Taken.NOTED
    assert (row(tilleuls, id).state, dead(tilleuls)) == ("undelivered", [])


def test_it_may_come_before_the_mail_server_s_answer(tilleuls: Clinic) -> None:
    """Also where the worker dies in between: then what was unknown is known."""
    id = mail(tilleuls)
    with Presence() as presence, tilleuls.acting() as now:
        (claimed,) = claiming.claim(tilleuls.organization, media=["email"], claimer=presence.name, now=now)
        claiming.mark(tilleuls.organization, [claiming.Mark(claimed)], claimer=presence.name, now=now)
    assert take(report(return_address(tilleuls, id))) == Taken.NOTED
    with tilleuls.acting() as now:
        claiming.rescue(tilleuls.organization, claimer=presence.name, now=now)
    assert (row(tilleuls, id).state, row(tilleuls, id).reason) == ("undelivered", "5.1.1 No such user")


def test_what_proves_nothing_is_passed_over(tilleuls: Clinic, carpati: Clinic) -> None:
    """Forged, of another organization, of another address, for something that never left or does not exist."""
    id = handed_over(tilleuls)
    address = return_address(tilleuls, id)
    local, _, domain = address.partition("@")
    other_proof = addresses.return_address(carpati.organization.id, id).partition("@")[0][-16:]
    forged = [
        f"{local[:-1]}{'a' if local[-1] != 'a' else 'b'}@{domain}",
        f"{local[:-16]}{other_proof}@{domain}",
        f"{local[:-23]}@{domain}",
        f"{local}@elsewhere.test",
        f"x{address}",
        "back@returns.test",
        "",
    ]
    assert [take(report(to)) for to in forged] == [Taken.NOT_OURS] * len(forged)
    assert take(report(return_address(carpati, id))) == Taken.NOTHING_NEW
    assert take(report(return_address(tilleuls, mail(tilleuls)))) == Taken.NOTHING_NEW
    assert take(report(addresses.return_address(tilleuls.organization.id, new_id()))) == Taken.NOTHING_NEW
    assert (row(tilleuls, id).state, dead(tilleuls), dead(carpati)) == ("sent", [], [])


def test_words_about_another_address_count_only_in_a_report(tilleuls: Clinic) -> None:
    """A report about the address that somebody's mails are passed on to is about theirs; mere words are not."""
    id = handed_over(tilleuls)
    words = f"To: {return_address(tilleuls, id)}\nFrom: MAILER-DAEMON@x.example\n\n<other@x.example>: unknown user\n"
    assert take(words.encode()) == Taken.NOTHING_NEW
    assert take(report(return_address(tilleuls, id), about="other@x.example")) == Taken.NOTED
    assert [one.address for one in dead(tilleuls)] == [PATIENT]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("cur", "new", "tmp"):
        (tmp_path / name).mkdir()
    return tmp_path


def test_the_folder_is_emptied_of_ours_and_of_nothing_else(
    tilleuls: Clinic, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """What is ours holds a copy of a patient's mail; the rest may be somebody's own."""
    id = handed_over(tilleuls)
    answer = f"To: {return_address(tilleuls, id)}\nFrom: {PATIENT}\nAuto-Submitted: auto-replied\n\nNot here.\n"
    brought = {
        "1": report(return_address(tilleuls, id)),
        "2": answer.encode(),
        "3": b"To: somebody@elsewhere.test\n\nHello\n",
        "4": b'From: ""\n\n',
    }
    for name, raw in brought.items():
        (folder / "new" / name).write_bytes(raw)
    with caplog.at_level(logging.DEBUG):
        assert maildir.take_all(folder) == 4
    assert row(tilleuls, id).state == "undelivered"
    assert sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()) == [
        "cur/3:2,S",
        "cur/4:2,S",
    ]
    assert "courriel.example" not in caplog.text


def test_by_the_pipe_of_a_mail_server(
    tilleuls: Clinic, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from kalends.operating.commands import bounce

    id = handed_over(tilleuls)
    bare = report("undisclosed-recipients:;")
    said = []
    for to, raw in ((return_address(tilleuls, id), bare), ("", bare)):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw)))
        said.append((bounce.taken(to), capsys.readouterr().out))
    assert said == [(0, "noted\n"), (0, "not ours\n")]
    assert row(tilleuls, id).state == "undelivered"
