"""Looking up one of 500,000 contacts of an organization: names, beginnings, telephones, dates, as the application."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from bench import clinics, scratch
from bench.figures import Figures

HOW_MANY = 500_000
ROUNDS = 40
LAST_NAMES = ("Martin", "Bernard", "Thomas", "Petit", "Robert", "Richard", "Durand", "Dubois", "Moreau", "Laurent")
FIRST_NAMES = ("Marie", "Jean", "Pierre", "Michel", "Nathalie", "Claire", "Philippe", "Camille", "Léa", "Lucas")
SYLLABLES = (
    "ba",
    "bel",
    "cor",
    "dan",
    "fer",
    "gau",
    "lam",
    "mar",
    "mo",
    "nel",
    "pin",
    "rou",
    "ser",
    "ton",
    "val",
    "vi",
)


def run(figures: Figures, options: object) -> None:
    with scratch.system() as installation:
        bench = clinics.make("people", schedules=1, horizon_days=30)
        with scratch.owner(installation) as owner:
            people = fill(owner, bench.organization_id, HOW_MANY)
        measure(figures, bench.slug, people)


def fill(owner: psycopg.Connection, organization_id: UUID, how_many: int, *, seed: int = 1) -> list[tuple[str, ...]]:
    """By COPY, with the words that the product's own operation writes; returns some: last, first, birth, phone, mail.

    Names are as unevenly spread as in life: one in a hundred is called Martin, one in fifty Marie; one in twenty and
    one in ten has a name of two words.
    """
    from kalends.contacts.models import Contact, ContactWord
    from kalends.contacts.operations.records import words_of

    chance = random.Random(seed)
    lasts = [f"Le {name}" if at % 20 == 9 else name for at, name in enumerate(_names(chance, LAST_NAMES, 20_000))]
    firsts = [f"Jean-{name}" if at % 10 == 4 else name for at, name in enumerate(_names(chance, FIRST_NAMES, 1_500))]
    everybody = [
        _person(Contact, chance, organization_id, last, first)
        for last, first in zip(_spread(chance, lasts, how_many), _spread(chance, firsts, how_many), strict=True)
    ]
    _copy(owner, Contact, everybody)
    _copy(owner, ContactWord, (word for contact in everybody for word in words_of(contact)))
    owner.execute("VACUUM ANALYZE contacts_contact")
    owner.execute("VACUUM ANALYZE contacts_contactword")
    return [
        (contact.last_name, contact.first_name, contact.birth_date.isoformat(), contact.phone, contact.email)
        for contact in chance.sample(everybody, 200)
    ]


def measure(figures: Figures, slug: str, people: list[tuple[str, ...]]) -> None:
    from kalends.contacts.queries import search
    from kalends.foundation.actor import system
    from kalends.foundation.database import tenancy
    from kalends.organizations.models import Organization

    organization, by = Organization.objects.get(slug=slug), system("bench")
    for kind, typed in _kinds(people).items():
        seconds, found = [], 0
        for number in range(ROUNDS + 5):
            with tenancy.acting(organization=organization, by=by):
                begun = time.perf_counter()
                found += bool(search(organization, typed[number % len(typed)]))
                seconds.append(time.perf_counter() - begun)
        assert found or "nobody" in kind, kind
        ordered = sorted(seconds[5:])
        figures.add(f"{kind}, p50", ordered[len(ordered) // 2] * 1000, "ms")
        figures.add(f"{kind}, p95", ordered[int(len(ordered) * 0.95)] * 1000, "ms")


def _kinds(people: list[tuple[str, ...]]) -> dict[str, list[str]]:
    some = people[:ROUNDS]
    return {
        "one letter": list("mbdlp"),
        "two letters": ["ma", "du", "be", "la", "mo"],
        "common name": ["martin", "bernard", "thomas", "marie", "jean"],
        "two common names": ["martin marie", "marie bernard", "petit jean", "claire dubois"],
        "two words, any order": [f"{first} {last}" for last, first, *_ in some],
        "two words, written together": [_together(last) + " " + _together(first) for last, first, *_ in some],
        "one word, written together": [_together(last) for last, *_ in some],
        "two beginnings": [f"{last[:3]} {first[:2]}" for last, first, *_ in some],
        "two single letters": [f"{last[0]} {first[0]}" for last, first, *_ in some],
        "names that nobody bears together": ["martin bernard", "petit thomas", "robert richard", "martin moreau"],
        "common name and birth year": [f"martin {born[2:4]}" for _, _, born, *_ in some],
        "common name and birth date": [f"{last} {born}" for last, _, born, *_ in some],
        "birth date": [born for _, _, born, *_ in some],
        "telephone": [phone for *_, phone, _ in some],
        "telephone, first six figures": [f"0{phone[3:8]}" for *_, phone, _ in some],
        "telephone, last four figures": [phone[-4:] for *_, phone, _ in some],
        "e-mail, beginning": [email[:8] for *_, email in some],
    }


def _together(name: str) -> str:
    return name.replace(" ", "").replace("-", "")


def _names(chance: random.Random, common: tuple[str, ...], how_many: int) -> list[str]:
    made = {"".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))).capitalize() for _ in range(how_many * 3)}
    return [*common, *sorted(made - set(common), key=lambda _: chance.random())[: how_many - len(common)]]


def _spread(chance: random.Random, names: list[str], how_many: int) -> list[str]:
    return chance.choices(names, weights=[1 / (rank + 8) for rank in range(len(names))], k=how_many)


def _person(model: type, chance: random.Random, organization_id: UUID, last: str, first: str):  # type: ignore[no-untyped-def]
    phone = f"+33{chance.choice((6, 7, 2))}{chance.randrange(10**8):08}"
    email = f"{first}.{last}{chance.randrange(1000)}@courriel.example".lower().replace(" ", "")
    return model(
        organization_id=organization_id,
        last_name=last,
        first_name=first,
        last_key=last.lower(),
        first_key=first.lower().replace("é", "e"),
        birth_date=date(1930, 1, 1) + timedelta(days=chance.randrange(34_000)),
        email=email,
        email_key=email,
        phone=phone,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def _copy(owner: psycopg.Connection, model: type, rows: Iterable[Any]) -> None:
    fields = [field for field in model._meta.local_concrete_fields if field.column]  # type: ignore[attr-defined]
    names = ", ".join(f'"{field.column}"' for field in fields)
    with (
        owner.cursor() as cursor,
        cursor.copy(f'COPY "{model._meta.db_table}" ({names}) FROM STDIN') as copy,  # type: ignore[attr-defined]
    ):
        for row in rows:
            copy.write_row([getattr(row, field.attname) for field in fields])
