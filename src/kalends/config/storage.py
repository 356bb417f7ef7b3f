"""Static files under names that change with what is in them, so that browsers may keep them."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Modules name each other by these names too; Django leaves that off unless it is asked."""

    support_js_module_import_aggregation = True
