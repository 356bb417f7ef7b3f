"""What became of a table of centres: counts, and every cell that was not simply understood."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kalends.agenda.imports.centres import DAYS, CentreRow, Problem


@dataclass(frozen=True, slots=True)
class Report:
    """Counts of rows and of day cells, and the problems in the order of rows and, within one, of columns.

    `filled` cells are those that say anything: `understood` as periods, `closed`, `unstated` (the writer
    says that the hours are not known yet) or `unknown`. Of `skipped` rows no cell is counted.
    """

    rows: int
    skipped: int
    cells: int
    filled: int
    understood: int
    closed: int
    unstated: int
    unknown: int
    problems: tuple[Problem, ...]

    @classmethod
    def of(cls, items: Iterable[CentreRow | Problem]) -> "Report":
        """Of everything that `read_centres` gave."""
        listed = list(items)
        centres = [item for item in listed if isinstance(item, CentreRow)]
        problems = [item for item in listed if isinstance(item, Problem)]
        skipped = sum(problem.skipped for problem in problems)
        kinds = Counter(day.kind for centre in centres for day in centre.hours if day.reason or day.kind != "unstated")
        return cls(
            rows=len(centres) + skipped,
            skipped=skipped,
            cells=len(centres) * len(DAYS),
            filled=kinds.total(),
            understood=kinds["periods"],
            closed=kinds["closed"],
            unstated=kinds["unstated"],
            unknown=kinds["unknown"],
            problems=tuple(problems),
        )

    @property
    def by_reason(self) -> Mapping[str, int]:
        """How often each reason was given, in alphabetical order."""
        return dict(sorted(Counter(problem.reason for problem in self.problems).items()))

    def __str__(self) -> str:
        counts = (
            f"rows: {self.rows} read, {self.skipped} left out\n"
            f"cells: {self.cells}, {self.filled} filled: {self.understood} understood, {self.closed} closed, "
            f"{self.unstated} not stated yet, {self.unknown} not understood"
        )
        return "\n".join([counts, *map(str, self.problems)])
