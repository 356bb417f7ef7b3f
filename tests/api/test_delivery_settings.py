"""What holds for all that is sent, by another program."""

from __future__ import annotations

from kalends.delivery.models import ClockJump
from kalends.organizations.permissions import Role
from tests.api.callers import member, problem, told
from tests.cast import NOW, Clinic

PATH = "tilleuls/delivery-settings"
AS_NEW = {
    "test_mode": False,
    "test_email": "",
    "test_phone": "",
    "quiet_hours": {"email": None, "sms": {"from": "21:00", "until": "08:00"}, "fax": None},
    "text_countries": [],
    "texts_an_hour": 1000,
    "texts_a_day": 5000,
    "texts_to_a_prefix": 20,
    "asks_consent": False,
    "sms_price": None,
    "kept_days": 365,
}
ATTENTION = "Some fields need your attention."


def test_as_new_put_and_put_back(tilleuls: Clinic) -> None:
    caller = member(tilleuls)
    assert told(caller.get(PATH)) == (200, AS_NEW)
    wanted = {
        "test_mode": True,
        "test_email": "essai@tilleuls.example",
        "test_phone": "06 12 34 56 78",
        "quiet_hours": {"email": {"from": "22:00", "until": "24:00"}, "sms": None, "fax": None},
        "text_countries": ["BE", "CH"],
        "texts_an_hour": 200,
        "texts_a_day": 400,
        "texts_to_a_prefix": 5,
        "asks_consent": True,
        "sms_price": 729,
        "kept_days": 90,
    }
    kept = {
        **wanted,
        "test_phone": "+33612345678",
        "quiet_hours": {"email": {"from": "22:00", "until": "00:00"}, "sms": None, "fax": None},
    }
    assert told(caller.put(PATH, wanted)) == (200, kept)
    assert told(caller.get(PATH)) == (200, kept)
    assert told(caller.put(PATH, {})) == (200, AS_NEW)


def test_what_is_wrong_is_named(tilleuls: Clinic) -> None:
    caller = member(tilleuls)
    same = {"quiet_hours": {"sms": {"from": "21:00", "until": "21:00"}}}
    assert told(caller.put(PATH, same)) == (
        422,
        problem(
            422,
            "invalid",
            ATTENTION,
            ("quiet_hours.sms.until", "It ends when it begins: leave both empty for no quiet hours."),
        ),
    )
    assert told(caller.put(PATH, {"test_mode": True})) == (
        422,
        problem(
            422,
            "required_field",
            "Some required fields are empty.",
            ("test_email", "Where should the tests go? An address or a number is needed."),
        ),
    )
    for wrong in ({"kept_days": 29}, {"quiet_hours": {"sms": {"from": "9:00"}}}, {"test_email": 1}, {"unknown": 1}):
        assert caller.put(PATH, wrong).status_code == 422
    assert told(caller.get(PATH)) == (200, AS_NEW)


def test_only_those_with_the_right_and_never_a_stranger(tilleuls: Clinic, carpati: Clinic) -> None:
    assert member(tilleuls, Role.STAFF).get(PATH).status_code == 403
    assert member(tilleuls, Role.PROVIDER).put(PATH, {}).status_code == 403
    assert member(carpati).get(PATH).status_code == 404
    assert member(carpati).put(PATH, {"kept_days": 30}).status_code == 404
    assert told(member(tilleuls).get(PATH)) == (200, AS_NEW)


def test_a_clock_that_was_set_is_told_and_trusted(tilleuls: Clinic) -> None:
    """REM-14. Each organization says so for itself."""
    caller, path = member(tilleuls), f"{PATH}/clock"
    fine = {"doubted_since": None, "seconds": None}
    assert told(caller.get(path)) == (200, fine)
    ClockJump.objects.create(since=NOW, seconds=-3600)
    assert told(caller.get(path)) == (200, {"doubted_since": NOW.isoformat(), "seconds": -3600})
    assert member(tilleuls, role=Role.STAFF).post(path).status_code == 403
    assert told(caller.post(path)) == (200, fine)
    assert told(caller.post(path)) == (200, fine)
