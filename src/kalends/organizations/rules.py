"""How names of practitioners are ordered. Pure."""

from __future__ import annotations

from kalends.foundation.text import words

# Titles that stand before or after a name, folded, in the languages of the product.
TITLES = frozenset(
    {"dr", "doctor", "docteur", "pr", "prof", "professeur", "profesor", "conf", "lect", "md", "phd"}
    | {"mme", "mlle", "m", "mr", "mrs", "ms", "me", "as"}
)


def sort_key(name: str) -> str:
    """`Dr Hélène Vasseur` -> `vasseur helene`; what is written `Vasseur, Hélène` stays in that order."""
    found = words(name)
    bare = [word for word in found if word not in TITLES] or found
    if "," in name or len(bare) < 2:
        return " ".join(bare)
    return " ".join([bare[-1], *bare[:-1]])
