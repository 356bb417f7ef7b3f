"""Writing contacts, by noun."""

from kalends.contacts.operations.records import Found, consent, edit, find_or_make, identity_of, make

__all__ = ["Found", "consent", "edit", "find_or_make", "identity_of", "make"]
