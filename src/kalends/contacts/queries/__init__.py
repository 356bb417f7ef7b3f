"""Reading contacts, by noun."""

from kalends.contacts.queries.finding import MOST, search

__all__ = ["MOST", "search"]
