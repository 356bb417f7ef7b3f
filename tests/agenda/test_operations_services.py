"""Services, offerings, channels."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from kalends.agenda import operations as agenda
from kalends.agenda.models import Service
from kalends.foundation.actor import ChannelKind
from kalends.foundation.errors import Invalid, RequiredField
from tests.agenda.shared import act, lines, offered
from tests.cast import Clinic

FOUR = ["api", "phone", "staff", "website"]


def make(clinic: Clinic, **fields: Any) -> Service:
    return act(clinic, agenda.make_service, clinic.organization, **{"names": {"fr": "Bilan"}, "duration": 20, **fields})


def ticks(clinic: Clinic, service: Service) -> list[str]:
    with clinic.acting():
        return sorted(service.ticks.values_list("channel__kind", flat=True))


def refused_fields(clinic: Clinic, **fields: Any) -> list[str]:
    with pytest.raises(Invalid) as refused:
        make(clinic, **fields)
    return sorted(error.field for error in refused.value.errors)


def test_a_service_is_bookable_on_all_channels_unless_told(tilleuls: Clinic) -> None:
    service = make(tilleuls, names={"fr": " Bilan\n complet ", "ro": ""}, price_minor=3000, required_fields=["email"])
    assert service.names == {"fr": "Bilan complet"}
    assert ticks(tilleuls, service) == FOUR
    assert ticks(tilleuls, make(tilleuls, channels=[ChannelKind.STAFF])) == ["staff"]
    assert ticks(tilleuls, make(tilleuls, channels=())) == []
    assert lines(tilleuls, "service:make")[0][1]["price_minor"] == 3000


def test_every_bad_field_of_a_service_is_named(tilleuls: Clinic) -> None:
    fields = refused_fields(
        tilleuls,
        names={"fr": "x" * 201, "tlh": "Qapla"},
        duration=4,
        buffer_before=481,
        buffer_after=-1,
        price_minor=-1,
        colour=9,
        visibility="secret",
        horizon_days=732,
        same_day_release=1440,
        required_fields=["email", "shoe_size"],
        preparation={"fr": "\x00"},
        max_active_per_person=0,
    )
    assert fields == [
        "buffer_after",
        "buffer_before",
        "colour",
        "duration",
        "horizon_days",
        "max_active_per_person",
        "names",
        "names.fr",
        "names.tlh",
        "preparation.fr",
        "price_minor",
        "required_fields",
        "same_day_release",
        "visibility",
    ]


@pytest.mark.parametrize("names", [{}, {"fr": ""}, {"fr": "\u200b", "en": "  "}])
def test_a_service_has_a_name(tilleuls: Clinic, names: dict) -> None:
    with pytest.raises(RequiredField) as refused:
        make(tilleuls, names=names)
    assert [error.field for error in refused.value.errors] == ["names"]


@pytest.mark.parametrize("duration", ["twenty", None, 2.5, 10**9])
def test_a_duration_is_a_number_of_minutes(tilleuls: Clinic, duration: Any) -> None:
    assert refused_fields(tilleuls, duration=duration) == ["duration"]


def test_an_edit_of_a_service_changes_what_is_offered(tilleuls: Clinic) -> None:
    act(tilleuls, agenda.edit_service, tilleuls.service, duration=180, preparation={"fr": "À jeun\r\n\r\ndepuis 12 h"})
    assert offered(tilleuls) == ["09:00", "13:00", "13:30", "14:00"]
    ((before, after),) = lines(tilleuls, "service:edit")
    assert (before, after) == (
        {"duration": 30, "preparation": {}},
        {"duration": 180, "preparation": {"fr": "À jeun\n\ndepuis 12 h"}},
    )


def test_a_refused_edit_leaves_the_service_as_it_was(tilleuls: Clinic) -> None:
    with pytest.raises(Invalid):
        act(tilleuls, agenda.edit_service, tilleuls.service, duration=3)
    with tilleuls.acting():
        assert tilleuls.organization.services.get().duration == 30


def test_a_schedule_offers_a_service_in_its_own_way(tilleuls: Clinic) -> None:
    long = make(tilleuls, duration=90)
    made = act(
        tilleuls,
        agenda.set_offerings,
        tilleuls.schedule,
        [{"service": tilleuls.service, "duration": 180, "price_minor": 0}, {"service": long.id}],
    )
    assert [(offer.duration, offer.buffer_before, offer.price_minor) for offer in made] == [
        (180, None, 0),
        (None, None, None),
    ]
    assert offered(tilleuls) == ["09:00", "13:00", "13:30", "14:00"]
    assert offered(tilleuls, service_id=long.id)[:4] == ["09:00", "09:30", "10:00", "10:30"]
    act(tilleuls, agenda.set_offerings, tilleuls.schedule, [{"service": long}])
    assert offered(tilleuls) == []
    assert lines(tilleuls, "offerings:set")[1] == (
        {str(tilleuls.service.id): [180, None, None, 0], str(long.id): [None, None, None, None]},
        {str(long.id): [None, None, None, None]},
    )


def test_an_offering_that_cannot_be_is_named_with_its_field(tilleuls: Clinic, carpati: Clinic) -> None:
    good = {"service": tilleuls.service}
    for bad, field in (
        ({"service": uuid4()}, "service"),
        ({"service": carpati.service}, "service"),
        (good, "service"),
    ):
        with pytest.raises(Invalid) as refused:
            act(tilleuls, agenda.set_offerings, tilleuls.schedule, [good, bad])
        assert [error.field for error in refused.value.errors] == [f"offerings[1].{field}"]
    with pytest.raises(Invalid) as refused:
        act(tilleuls, agenda.set_offerings, tilleuls.schedule, [{**good, "duration": 2, "buffer_after": 999}])
    assert [error.field for error in refused.value.errors] == ["offerings[0].duration", "offerings[0].buffer_after"]
    with tilleuls.acting():
        assert tilleuls.schedule.offerings.count() == 1


def test_ticks_say_where_a_service_may_be_booked(tilleuls: Clinic) -> None:
    act(tilleuls, agenda.set_channels, tilleuls.service, {ChannelKind.STAFF, ChannelKind.PHONE})
    assert ticks(tilleuls, tilleuls.service) == ["phone", "staff"]
    assert offered(tilleuls, channel=ChannelKind.WEBSITE) == []
    act(tilleuls, agenda.set_channels, tilleuls.service, {ChannelKind.WEBSITE, ChannelKind.STAFF})
    assert ticks(tilleuls, tilleuls.service) == ["staff", "website"]
    assert offered(tilleuls, channel=ChannelKind.WEBSITE)[0] == "09:00"
    assert lines(tilleuls, "channel:tick")[1] == (
        {"channels": ["phone", "staff"]},
        {"channels": ["staff", "website"]},
    )


def test_a_channel_can_be_shut_and_opened_with_its_ticks(tilleuls: Clinic) -> None:
    with tilleuls.acting():
        website = tilleuls.organization.channels.get(kind="website")
    act(tilleuls, agenda.switch_channel, website, is_open=False)
    assert offered(tilleuls, channel=ChannelKind.WEBSITE) == []
    assert offered(tilleuls)[0] == "09:00"
    act(tilleuls, agenda.switch_channel, website, is_open=True)
    assert offered(tilleuls, channel=ChannelKind.WEBSITE)[0] == "09:00"
    assert ticks(tilleuls, tilleuls.service) == FOUR


def test_a_new_organization_has_its_four_channels_once(tilleuls: Clinic) -> None:
    with tilleuls.acting():
        tilleuls.organization.channel_services.all().delete()
        tilleuls.organization.channels.filter(kind__in=["api", "phone"]).delete()
    for _ in range(2):
        made = act(tilleuls, agenda.open_channels, tilleuls.organization)
        assert [(channel.kind, channel.is_open) for channel in made] == [(kind, True) for kind in ChannelKind]
    with tilleuls.acting():
        assert tilleuls.organization.channels.count() == 4
    assert len(lines(tilleuls, "channel:open")) == 2
