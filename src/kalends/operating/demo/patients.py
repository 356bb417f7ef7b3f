"""Patients who do not exist: names of the country, addresses of nobody, numbers that ring nowhere."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

from kalends.contacts.reading import read_contact
from kalends.contacts.rules import ContactData
from kalends.foundation.text import words
from kalends.operating.demo.described import Audience, Clinic


@dataclass(frozen=True, slots=True)
class Patient:
    data: ContactData
    audience: frozenset[Audience]


def make_patients(clinic: Clinic, dice: random.Random, today: date) -> list[Patient]:
    """`clinic.patients` people; no two have both name and birth date in common."""
    found: dict[tuple[str, str], Patient] = {}
    while len(found) < clinic.patients:
        patient = _patient(clinic, dice, today, number=len(found))
        found.setdefault((patient.data.last_name, patient.data.first_name), patient)
    return list(found.values())


def _patient(clinic: Clinic, dice: random.Random, today: date, *, number: int) -> Patient:
    people = clinic.people
    kind = dice.choices(("woman", "child", "adult"), (3, 2, 5))[0]
    age = {"woman": dice.randint(20, 41), "child": dice.randint(1, 14), "adult": dice.randint(30, 86)}[kind]
    is_woman = kind == "woman" or dice.random() < 0.52
    first = dice.choice((people.women if is_woman else people.men).split("|"))
    last = dice.choice(people.last_names.split("|"))
    postcode, town = dice.choice(people.towns)
    start = dice.choice(people.phones)
    # The number counts the patients, so that nobody shares one by chance, as far as there are enough.
    tail = str(number).zfill(people.phone_length - len(start))[-(people.phone_length - len(start)) :]
    born = today - timedelta(days=age * 365 + dice.randint(0, 364))
    data = read_contact(
        {
            "last_name": last,
            "first_name": first,
            "birth_date": born.isoformat(),
            "email": f"{'.'.join(words(first) + words(last))}@{people.mail}",
            "phone": start + tail,
            "address": f"{dice.randint(1, 98)}, {dice.choice(people.streets)}",
            "postcode": postcode,
            "town": town,
        },
        required=("email", "phone", "birth_date"),
        country=clinic.country,
        language=dice.choices(list(people.languages), list(people.languages.values()))[0],
        today=today,
    )
    audience: set[Audience] = {"all"}
    if kind == "woman":
        audience.add("women")
    if kind == "child":
        audience = {"children"}
    return Patient(data, frozenset(audience))
