"""Foreign calendars in the settings of an agenda."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.test import Client

from kalends.accounts.models import Person
from kalends.agenda.operations import subscriptions
from kalends.foundation import fetching
from tests.cast import Clinic


def test_adding_asking_and_removing(tilleuls: Clinic, signed_in: Callable[[Person], Client]) -> None:
    admin = signed_in(tilleuls.admin)
    page = f"/app/tilleuls/settings/schedules/{tilleuls.schedule.id}/calendars/"
    wrong = admin.post(f"{page}foreign/", {"kind": "caldav", "url": "ftp://a.example/x", "username": "hv"})
    assert wrong.status_code == 422
    assert fetching.UNUSABLE in wrong.content.decode()
    assert 'value="hv"' in wrong.content.decode()  # nothing that was typed is lost
    assert '<option value="caldav" selected>' in wrong.content.decode()
    sent = {"kind": "caldav", "url": "https://calendar.example/secret/a.ics", "username": "hv", "password": "geheim"}
    assert admin.post(f"{page}foreign/", sent).status_code == 302
    shown = admin.get(page).content.decode()
    assert 'calendar.example <span class="muted">CalDAV</span>' in shown
    assert "is read within a minute" in shown
    for secret in ("geheim", "secret/a.ics"):
        assert secret not in shown
    with tilleuls.acting() as now:
        known = tilleuls.organization.subscriptions.get()
        subscriptions.note_fresh(known, etag='"1"', now=now)
    assert "up to date: read" in admin.get(page).content.decode()
    with tilleuls.acting() as now:
        known = tilleuls.organization.subscriptions.get()
        subscriptions.note_failure(known, fetching.SILENT, now=now + timedelta(minutes=1))
    shown = admin.get(page).content.decode()
    assert "not up to date: last read" in shown
    assert fetching.SILENT in shown
    assert admin.post(f"{page}foreign/{known.id}/reading/").status_code == 302
    assert "is read within a minute" in admin.get(page).content.decode()
    assert admin.post(f"{page}foreign/{known.id}/removal/").status_code == 302
    assert "calendar.example" not in admin.get(page).content.decode()
