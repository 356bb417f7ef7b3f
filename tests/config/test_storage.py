"""Static files are served under names that change with their content, and know each other by these names."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from kalends.operating.statics import COLLECT


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("data")
    subprocess.run(COLLECT, env={**os.environ, "KALENDS_DATA": str(data)}, check=True)
    return data / "static"


def test_modules_import_each_other_by_hashed_names(collected: Path) -> None:
    imported = {
        (module.name, name)
        for module in collected.rglob("*.js")
        if re.search(r"\.[0-9a-f]{12}\.js$", module.name)
        for name in re.findall(r"""(?:from|import)\s*\(?\s*["'](\.[^"']+)["']""", module.read_text())
    }
    assert len(imported) > 10
    assert {(module, name) for module, name in imported if not re.search(r"\.[0-9a-f]{12}\.js$", name)} == set()
