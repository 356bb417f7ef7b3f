"""Static files under names that change with what is in them, so that browsers may keep them."""

from __future__ import annotations

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Modules name each other by these names too; Django leaves that off unless it is asked."""

    support_js_module_import_aggregation = True

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._urls: dict[str, str] = {}

    def url(self, name: str, force: bool = False) -> str:
        """Kept: a page names two dozen files, the same on every page, and the names change only with the process."""
        known = self._urls.get(name)
        if known is None or force:
            known = self._urls[name] = str(super().url(name, force))
        return known
