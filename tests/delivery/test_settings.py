"""What an organization decides about all that leaves."""

from __future__ import annotations

from typing import Any

import pytest

from kalends.delivery.models import DeliverySettings
from kalends.delivery.operations import set_settings
from kalends.delivery.operations.settings import FIELDS
from kalends.delivery.policy import settings_of
from kalends.foundation.errors import Invalid, RequiredField
from tests.cast import Clinic
from tests.delivery.test_courier import queue, rows

AS_NEW = {
    "test_mode": False,
    "test_email": "",
    "test_phone": "",
    "email_quiet_from": None,
    "email_quiet_until": None,
    "sms_quiet_from": 1260,
    "sms_quiet_until": 480,
    "fax_quiet_from": None,
    "fax_quiet_until": None,
    "sms_price": None,
    "text_countries": "",
    "texts_an_hour": 1000,
    "texts_a_day": 5000,
    "texts_to_a_prefix": 20,
    "kept_days": 365,
    "asks_consent": False,
}


def decide(clinic: Clinic, **fields: Any) -> DeliverySettings:
    with clinic.acting() as now:
        return set_settings(clinic.organization, by=clinic.actor(), now=now, **fields)


def decided(clinic: Clinic) -> dict[str, Any]:
    with clinic.acting():
        return {name: getattr(settings_of(clinic.organization), name) for name in FIELDS}


def test_a_new_organization_has_them_without_a_row(tilleuls: Clinic, carpati: Clinic) -> None:
    assert decided(tilleuls) == AS_NEW
    decide(tilleuls, kept_days=90)
    decide(tilleuls, test_mode=True, test_phone="06 12 34 56 78")
    assert decided(tilleuls) == {**AS_NEW, "kept_days": 90, "test_mode": True, "test_phone": "+33612345678"}
    assert decided(carpati) == AS_NEW
    with tilleuls.acting():
        assert tilleuls.organization.delivery_settings.count() == 1
        lines = list(tilleuls.organization.audit_entries.filter(act="delivery:settings").order_by("id"))
    assert [(line.before, line.after) for line in lines] == [
        ({"kept_days": 365}, {"kept_days": 90}),
        ({"test_mode": False, "test_phone": ""}, {"test_mode": True, "test_phone": "+33612345678"}),
    ]


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({"kept_days": 29}, ["kept_days"]),
        ({"kept_days": 3651, "test_email": "nobody"}, ["kept_days", "test_email"]),
        ({"sms_quiet_from": None}, ["sms_quiet_from"]),
        ({"email_quiet_until": 480}, ["email_quiet_from"]),
        ({"fax_quiet_from": 480, "fax_quiet_until": 480}, ["fax_quiet_until"]),
        ({"sms_quiet_from": 1440}, ["sms_quiet_from"]),
        ({"test_phone": "06 12 34"}, ["test_phone"]),
        ({"test_mode": True}, ["test_email"]),
        ({"text_countries": "BE XX"}, ["text_countries"]),
        ({"texts_an_hour": 0}, ["texts_an_hour"]),
    ],
)
def test_what_cannot_be_is_refused_by_name(tilleuls: Clinic, wrong: dict[str, Any], fields: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        decide(tilleuls, **wrong)
    assert [error.field for error in refused.value.errors] == fields
    assert decided(tilleuls) == AS_NEW


def test_an_address_is_required_for_test_mode(tilleuls: Clinic) -> None:
    with pytest.raises(RequiredField):
        decide(tilleuls, test_mode=True)
    decide(tilleuls, test_mode=True, test_email="essai@tilleuls.example")
    with pytest.raises(RequiredField):
        decide(tilleuls, test_email="")


def test_what_a_worker_has_taken_and_not_begun_is_asked_about_again(tilleuls: Clinic) -> None:
    queue(tilleuls, "taken@b.example", "leaving@b.example", "waits@b.example")
    with tilleuls.acting() as now:
        taken = tilleuls.organization.deliveries.exclude(recipient="waits@b.example")
        taken.update(state="claimed", claimed_by="w", claimed_at=now)
        tilleuls.organization.deliveries.filter(recipient="leaving@b.example").update(handing_over_at=now)
    decide(tilleuls, test_mode=True, test_email="essai@tilleuls.example")
    assert sorted((row.recipient, row.state, row.claimed_by) for row in rows(tilleuls)) == [
        ("leaving@b.example", "claimed", "w"),
        ("taken@b.example", "queued", ""),
        ("waits@b.example", "queued", ""),
    ]
