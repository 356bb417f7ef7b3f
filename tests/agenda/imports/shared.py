"""Where real files may be found that the project does not carry."""

from pathlib import Path

import pytest

SHARED_DATA = Path(__file__).parents[3] / ".." / "shared" / "data"


def shared(name: str) -> Path:
    """A folder of real files. The test is skipped where there is none."""
    folder = SHARED_DATA / name
    if not folder.is_dir():
        pytest.skip(f"no real files in {folder.resolve()}")
    return folder
