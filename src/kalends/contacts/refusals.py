"""Why two records cannot become one, or not become two again."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kalends.foundation.errors import Refusal


class AlreadyMerged(Refusal):
    sentence = _("One of these records has just been merged with another. Look at the list again.")


class NotTheSameRecordTwice(Refusal):
    sentence = _("This is one record: choose two different ones.")


class CannotUndoMerge(Refusal):
    """The sentence says what stands in the way."""
