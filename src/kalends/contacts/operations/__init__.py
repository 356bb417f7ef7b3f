"""Writing contacts, by noun."""

from kalends.contacts.operations.consents import set_consents
from kalends.contacts.operations.importing import OnKnown, import_contacts
from kalends.contacts.operations.merging import CHOICES, clear_flag, dismiss, merge, undo_merge
from kalends.contacts.operations.records import Found, consent, edit, find_or_make, identity_of, make, standing

__all__ = [
    "CHOICES",
    "Found",
    "OnKnown",
    "clear_flag",
    "consent",
    "dismiss",
    "edit",
    "find_or_make",
    "identity_of",
    "import_contacts",
    "make",
    "merge",
    "set_consents",
    "standing",
    "undo_merge",
]
