"""Collecting and printing figures."""

from __future__ import annotations

import json
from dataclasses import dataclass, field


@dataclass
class Figures:
    """`quiet`: nothing is printed until `as_json`."""

    bench: str
    quiet: bool = False
    rows: list[dict[str, object]] = field(default_factory=list)

    def add(self, name: str, value: float, unit: str) -> None:
        self.rows.append({"bench": self.bench, "name": name, "value": round(value, 3), "unit": unit})
        if not self.quiet:
            print(f"{self.bench}: {name}: {value:,.2f} {unit}", flush=True)

    def as_json(self) -> str:
        return json.dumps(self.rows)
