"""The columns of a table of contacts: what they are called where one writes it, and wherever one reads it."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kalends.contacts.models import Contact
from kalends.foundation import phone
from kalends.foundation.tables import guarded
from kalends.foundation.text import fold

# In the order of the file. The heads are what people call them; each is read again in every language.
HEADS: dict[str, Promise] = {
    "last_name": _("Last name"),
    "first_name": _("First name"),
    "birth_date": _("Date of birth"),
    "phone": _("Telephone"),
    "email": _("E-mail"),
    "address": _("Address"),
    "postcode": _("Postcode"),
    "town": _("Town"),
    "remark": _("Remark"),
    "language": _("Language of letters"),
}
# Folded, without anything but letters and figures.
SYNONYMS: dict[str, str] = {
    "last_name": "last name, lastname, surname, family name, name, nom, nom de famille, nom usuel, "
    "nom de naissance, nume, nume de familie",
    "first_name": "first name, firstname, given name, forename, prenom, prenoms, prenume",
    "birth_date": "date of birth, birth date, birthdate, birthday, dob, born, date de naissance, naissance, "
    "ne le, nee le, data nasterii, data de nastere, nascut, nascut la",
    "phone": "phone, telephone, telephone number, phone number, mobile, mobile phone, cell, tel, "
    "portable, tel portable, telephone portable, numero de telephone, telefon, telefon mobil, "
    "mobil",
    "email": "email, e mail, mail, courriel, adresse email, adresse e mail, adresse mail, email address, "
    "posta electronica, adresa de email",
    "address": "address, street, adresse, rue, adresa, strada",
    "postcode": "postcode, postal code, zip, zip code, code postal, cp, cod postal",
    "town": "town, city, ville, commune, localitate, oras, localitatea",
    "remark": "remark, remarks, note, notes, comment, remarque, remarques, commentaire, observatii, "
    "observatie, mentiuni",
    "language": "language, language of letters, langue, langue des courriers, limba, limba mesajelor",
}
_FIELD_OF = {synonym: field for field, synonyms in SYNONYMS.items() for synonym in synonyms.split(", ")}


def heads() -> list[str]:
    """The first line, in the language of the reader."""
    return [str(head) for head in HEADS.values()]


def cells(contact: Contact) -> list[str]:
    """One line. A telephone is written with spaces, so that a spreadsheet leaves it the text that it is."""
    return [
        guarded(contact.last_name),
        guarded(contact.first_name),
        contact.birth_date.isoformat() if contact.birth_date else "",
        telephone(contact),
        guarded(contact.email),
        guarded(contact.address),
        guarded(contact.postcode),
        guarded(contact.town),
        guarded(contact.remark),
        contact.language,
    ]


def telephone(contact: Contact) -> str:
    if not contact.phone:
        return ""
    number = phone.written(contact.phone, country="")
    return f"{number} ext. {contact.phone_extension}" if contact.phone_extension else number


def field_of(head: str, *, own: dict[str, str] | None = None) -> str:
    """The field that a column of this name holds; nothing where the name is not known."""
    folded = " ".join("".join(sign if sign.isalnum() else " " for sign in fold(head)).split())
    return (own or _FIELD_OF).get(folded, "")
