"""Reading contacts, by noun."""

from kalends.contacts.queries.duplicates import MOST_PAIRS, Pair, lookalikes, merges_of, possible_duplicates, why_alike
from kalends.contacts.queries.finding import MOST, search

__all__ = ["MOST", "MOST_PAIRS", "Pair", "lookalikes", "merges_of", "possible_duplicates", "search", "why_alike"]
