"""Somebody who books on the public page: reads pages and posts the forms they find there, as a browser does."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from html.parser import HTMLParser
from typing import Any
from zoneinfo import ZoneInfo

from django.test import Client

from tests.cast import Clinic

PARIS = ZoneInfo("Europe/Paris")
TYPED = {
    "first_name": "Clémence",
    "last_name": "Aubrée",
    "birth_date": "14/03/1987",
    "phone": "06 12 34 56 78",
    "email": "clemence@courriel.example",
    "consent": "yes",
}
VOID = {"input", "meta", "link", "br", "hr", "img", "use", "path", "source"}


@dataclass
class Form:
    action: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)
    """Text, name, value."""

    def value_of(self, text: str) -> str:
        return next(value for words, _name, value in self.buttons if words == text)

    @property
    def hours(self) -> list[str]:
        return [text for text, name, _value in self.buttons if name == "time"]


class Page(HTMLParser):
    """What a page says, links to, and lets one send."""

    def __init__(self, response: Any) -> None:
        super().__init__(convert_charrefs=True)
        self.status = response.status_code
        self.headers = response.headers
        self.cookies = response.cookies
        self.html = response.content.decode()
        self.text = ""
        self.links: list[tuple[str, str]] = []
        self.forms: list[Form] = []
        self.headings: list[str] = []
        self.rows: list[str] = []
        self._open: list[tuple[str, dict[str, str], int]] = []
        self.feed(self.html)
        self.text = " ".join(self.text.split())

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.forms.append(Form(known.get("action", "")))
        if tag == "input" and self.forms:
            checkable = known.get("type") in ("checkbox", "radio")
            if not checkable or "checked" in known:
                self.forms[-1].fields[known["name"]] = known.get("value", "")
        if tag == "br":
            self.text += " "
        if tag not in VOID:
            self._open.append((tag, known, len(self.text)))

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Closed where it begins: nothing stays open."""
        if tag in VOID:
            self.handle_starttag(tag, attributes)

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            opened, known, since = self._open.pop()
            words = " ".join(self.text[since:].split())
            if opened == tag:
                break
        else:
            return
        if tag in ("p", "li", "span", "h1", "h2", "b", "button", "a", "small", "textarea", "legend", "summary"):
            self.text += " "
        if tag == "a":
            self.links.append((words, known.get("href", "")))
        elif tag in ("h1", "h2"):
            self.headings.append(words)
        elif tag == "button" and self.forms:
            self.forms[-1].buttons.append((words, known.get("name", ""), known.get("value", "")))
        elif tag == "textarea" and self.forms:
            self.forms[-1].fields[known["name"]] = words
        elif tag == "section" and "daycol" in known.get("class", ""):
            self.rows.append(words)

    def link(self, words: str) -> str:
        """The address of the link whose words contain these."""
        found = [address for text, address in self.links if words in text]
        assert found, f"no link {words!r} among {[text for text, _ in self.links]}"
        return found[0]

    def form(self, ending: str) -> Form:
        """The form that is posted to an address with this path ending."""
        found = [form for form in self.forms if form.action.split("?")[0].endswith(ending)]
        assert found, f"no form to {ending} among {[form.action for form in self.forms]}"
        return found[0]

    @property
    def errors(self) -> list[str]:
        return re.findall(r'<p class="error".*?<span>(.*?)</span>', self.html)


class Visitor:
    """A browser in English; with `cookies=False` one that keeps none, as in a frame of another site."""

    def __init__(self, clinic: Clinic, *, cookies: bool = True, query: str = "") -> None:
        self.clinic = clinic
        self.client = Client(headers={"accept-language": "en"})
        self.keeps_cookies = cookies
        self.query = query

    @property
    def home(self) -> str:
        return f"/{self.clinic.organization.slug}/{self.query}"

    def get(self, address: str, **headers: str) -> Page:
        return self._seen(self.client.get(address, headers=headers))

    def post(self, form: Form, typed: dict[str, str] | None = None, **headers: str) -> Page:
        return self._seen(self.client.post(form.action, {**form.fields, **(typed or {})}, headers=headers))

    def follow(self, page: Page) -> Page:
        assert page.status in (302, 303), (page.status, page.text)
        return self.get(page.headers["Location"])

    def _seen(self, response: Any) -> Page:
        if not self.keeps_cookies:
            self.client.cookies.clear()
        return Page(response)

    def times(self, day: date, *, clinic: Clinic | None = None) -> Page:
        """The times of the first service of the clinic, from `day`."""
        page = self.get(self.home)
        first = next(address for _text, address in page.links if "/services/" in address)
        return self.get(f"{first}&from={day.isoformat()}")

    def choose(self, day: date, hour: str) -> Page:
        """Keep the first time told as `hour` from `day` on; the answer of the server."""
        form = self.times(day).form("/holds/")
        return self.post(form, {"time": form.value_of(hour)})

    def details(self, day: date, hour: str) -> Page:
        return self.follow(self.choose(day, hour))

    def book(self, day: date, hour: str, **typed: str) -> Page:
        """The private page after booking."""
        page = self.details(day, hour)
        return self.follow(self.post(page.forms[-1], {**TYPED, **typed}))


def working_day(weekday: int = 3, weeks: int = 1) -> date:
    """The given ISO weekday, `weeks` after this week's: far enough for every notice and cut-off."""
    today = datetime.now(PARIS).date()
    return today - timedelta(days=today.isoweekday()) + timedelta(days=weekday + 7 * weeks)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=PARIS)
