"""One thing of a column as HTML: a visit, a group, a held, offered, blocked or free time.

Written by hand and not by templates: a page of many agendas has hundreds of them. All that somebody typed is escaped.
Where it stands is said by two classes (`at-0915 for-30`), made for every five minutes of a day by agenda-grid.css.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from django.templatetags.static import static
from django.utils.translation import gettext as _

from kalends.web.ui.states import STATES

FIVE = 5
# How far down the corner reaches that a cancelled visit takes: --five and .ghost in agenda.css.
CORNER = 4


@dataclass(frozen=True, slots=True)
class Place:
    """Rows of five minutes on the axis, the last excluded."""

    first: int
    last: int

    @classmethod
    def of(cls, begin: int, end: int) -> Place:
        """Of positions in minutes. What ends inside a row leaves it to what begins there; nothing is without a row."""
        first = begin // FIVE
        return cls(first, max(first + 1, end // FIVE))

    def within(self, first: int, last: int) -> Place | None:
        """What of it stands between two hours; nothing may stand in a row that the page does not have."""
        begin, end = max(self.first, first * 60 // FIVE), min(self.last, last * 60 // FIVE)
        return Place(begin, end) if begin < end else None

    def meets_corner_of(self, other: Place) -> bool:
        return self.first < min(other.first + CORNER, other.last) and other.first < self.last

    @property
    def css(self) -> str:
        hours, minutes = divmod(self.first * FIVE, 60)
        return f"at-{hours:02}{minutes:02} for-{(self.last - self.first) * FIVE}"


class Glyphs:
    """The sign of each state, named in the language of the page."""

    def __init__(self) -> None:
        self._sprite = static("ui/icons.svg")
        self._made: dict[str, str] = {}

    def of(self, name: str, word: str) -> str:
        made = self._made.get(name)
        if made is None:
            made = self._made[name] = (
                f'<svg class="i" viewBox="0 0 20 20" role="img" aria-label="{escape(word)}">'
                f'<use href="{self._sprite}#{name}"/></svg>'
            )
        return made

    def state(self, code: str) -> str:
        shown = STATES[code]
        return self._made.get(shown.glyph) or self.of(shown.glyph, str(shown.word))


@dataclass(frozen=True, slots=True)
class Bar:
    """`inner` is what stands in the bar. `alone`: it takes the corner and no lane, as a cancelled visit."""

    place: Place
    css: str
    inner: str
    url: str = ""
    extra: str = ""
    alone: bool = False

    def html(self, lane: int = 1, of: int = 1, *, makes_room: bool = False) -> str:
        """`makes_room`: a cancelled visit stands in the corner."""
        beside = f" lane-{lane} of-{of}" if of > 1 else ""
        beside += " makes-room" if makes_room and lane == of else ""
        name = "ghost " if self.alone else ""
        tag, href = ("a", f' href="{self.url}"') if self.url else ("span", "")
        return (
            f'<li class="slot {name}{self.place.css}{beside}">'
            f'<{tag} class="appt {self.css}"{href}{self.extra}>{self.inner}</{tag}></li>'
        )


def words(time: str, name: str, detail: str = "") -> str:
    """What stands in a bar: the hour, the name, and the rest where there is room."""
    rest = f'<span class="w">{escape(detail)}</span>' if detail else ""
    return f'<span class="t">{time}</span> <b>{escape(name)}</b>{rest}'


def free(place: Place, time: str, url: str) -> str:
    """A start that can be had; the hour shows when it is pointed at or reached by key."""
    return f'<li class="free {place.css}"><a href="{url}"><span>{time}</span></a></li>'


def shut(place: Place, reason: str = "") -> str:
    """Closed time; `reason` where nothing else says it."""
    if not reason:
        return f'<li class="shut {place.css}" aria-hidden="true"></li>'
    return f'<li class="shut {place.css}"><span class="why">{escape(reason)}</span></li>'


def now_line(place: Place, time: str) -> str:
    return f'<li class="now {place.css}"><span class="vh">{escape(_("Now: %(hour)s") % {"hour": time})}</span></li>'
