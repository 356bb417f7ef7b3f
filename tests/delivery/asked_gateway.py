"""A gateway that can be asked by our reference, in a process of its own, with its own log of what it sent."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SOURCE_TREE = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class AskedGateway:
    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"http+json://key@127.0.0.1:{self.port}/v1?secret=secret&from=Tilleuls&timeout=0.5"

    @property
    def sent(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]


@contextmanager
def asked_gateway(log: Path, *options: str) -> Iterator[AskedGateway]:
    log.touch()
    command = [sys.executable, "-m", "bench.sms_gateway", "--log", str(log), "--refuses", *options]
    with subprocess.Popen(
        command, cwd=SOURCE_TREE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield AskedGateway(int(process.stdout.readline()), log)
        finally:
            process.kill()
