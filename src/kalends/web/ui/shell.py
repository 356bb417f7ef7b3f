"""What a page hands to its shell. Views build these; templates only read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clinic:
    """Whose patient page this is. `phone` as one reads it, `phone_href` as one dials it ("tel:+33…")."""

    name: str
    url: str = ""
    address: str = ""
    phone: str = ""
    phone_href: str = ""
    privacy_url: str = ""
    accessibility_url: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of a navigation. `count` is shown beside it when it is not zero; with `links` it opens their list."""

    label: str
    url: str
    current: bool = False
    count: int = 0
    links: Sequence[Link] = ()


@dataclass(frozen=True, slots=True)
class Bell:
    """What is new for who is signed in; `asks` is where the bell alone can be had again."""

    url: str
    asks: str
    count: int
    current: bool = False


@dataclass(frozen=True, slots=True)
class Places:
    """One titled group of the places list of administration."""

    title: str
    links: Sequence[Link]


@dataclass(frozen=True, slots=True)
class Me:
    """Who is signed in. `links` stand in the menu above signing out."""

    name: str
    role: str
    initials: str
    sign_out_url: str
    links: Sequence[Link] = ()
