"""A calendar file cut into its calendars and their components, before anything of them is understood.

Cutting first means that one broken component costs no other, and that only the properties asked for are ever
parsed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

LONGEST_LINE = 100_000

_LINE_BREAK = re.compile(r"\r\n|\n|\r")
# Some readers break lines at these although the format does not; they have no place in a value either.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Block:
    """One component: `line` is where it begins, `lines` are its unfolded lines without BEGIN and END.

    The lines of components within it are kept, with their BEGIN and END, for a VTIMEZONE only.
    """

    kind: str
    line: int
    lines: list[str]

    def values(self, name: str) -> list[str]:
        """The raw values of a property, parameters left out."""
        return [line.partition(":")[2] for line in self.lines if name_of(line) == name]


@dataclass(frozen=True, slots=True)
class CalendarBlock:
    """One calendar: its own properties, its components, and the lines where a component is never closed."""

    line: int
    properties: dict[str, str] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    unclosed: list[int] = field(default_factory=list)


def name_of(line: str) -> str:
    """The name of the property that a content line holds."""
    ends = [at for at in (line.find(":"), line.find(";")) if at >= 0]
    return line[: min(ends, default=0)].strip().upper()


def cut(text: str) -> list[CalendarBlock]:
    """The calendars of a file, in order. What stands outside of a calendar is passed over."""
    cutter = _Cutter()
    for number, line in _unfolded(text):
        cutter.take(number, line)
    cutter.close()
    return cutter.calendars


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """The content lines and where each begins. A space at the beginning goes on with the line before."""
    begun, pieces = 1, [""]
    for number, piece in enumerate(_LINE_BREAK.split(text), 1):
        if piece[:1] in (" ", "\t"):
            pieces.append(piece[1:])
        elif piece:
            yield begun, _CONTROLS.sub(" ", "".join(pieces)[:LONGEST_LINE])
            begun, pieces = number, [piece]
    yield begun, _CONTROLS.sub(" ", "".join(pieces)[:LONGEST_LINE])


class _Cutter:
    def __init__(self) -> None:
        self.calendars: list[CalendarBlock] = []
        self._open = False
        self._block: Block | None = None
        self._depth = 0

    def take(self, number: int, line: str) -> None:
        name = name_of(line)
        if name == "BEGIN":
            self._begin(number, line.partition(":")[2].strip().upper(), line)
        elif name == "END":
            self._end(line.partition(":")[2].strip().upper(), line)
        elif self._block is not None:
            self._keep(line)
        elif self._open and name:
            self.calendars[-1].properties.setdefault(name, line.partition(":")[2].strip())

    def close(self) -> None:
        """Nothing more comes: a component still open was never closed."""
        if self._block is not None:
            self.calendars[-1].unclosed.append(self._block.line)
        self._block = None

    def _begin(self, number: int, kind: str, line: str) -> None:
        if kind == "VCALENDAR":
            self.close()
            self.calendars.append(CalendarBlock(number))
            self._open = True
        elif not self._open:
            return
        elif self._block is None or kind == "VEVENT":
            self.close()
            self._block, self._depth = Block(kind, number, []), 0
        else:
            self._depth += 1
            self._keep(line)

    def _end(self, kind: str, line: str) -> None:
        if kind == "VCALENDAR":
            self.close()
            self._open = False
        elif self._block is None:
            return
        elif kind == self._block.kind:
            self.calendars[-1].blocks.append(self._block)
            self._block = None
        elif self._depth:
            self._keep(line)
            self._depth -= 1

    def _keep(self, line: str) -> None:
        if self._block is not None and (not self._depth or self._block.kind == "VTIMEZONE"):
            self._block.lines.append(line)
