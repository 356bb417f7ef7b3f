from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from kalends.api.paging import Paged
from kalends.api.schemas.fields import ById, Sent, Told, ToldDay

Text = Annotated[str, StringConstraints(max_length=2000)]
TypedDay = Annotated[str, StringConstraints(max_length=20), Field(examples=["1987-03-14"])]


class ConsentsSent(Sent):
    """Whether reminders and offers are wanted; what is left out stays as it is."""

    email: Literal["", "given", "refused"] | None = Field(None, description="Empty: was never asked.")
    sms: Literal["", "given", "refused"] | None = None

    def said(self) -> dict[str, str]:
        return self.model_dump(exclude_none=True)


class OptOutsSent(Sent):
    """What is left out stays as it is."""

    email: Literal["all", "unasked"] | None = Field(
        None, description="`unasked`: no reminders and offers. Null, sent: messages leave again."
    )
    sms: Literal["all", "unasked"] | None = None


class ContactSent(Sent):
    """Who comes. Phones as people of the organization's country write them, or with the country code."""

    last_name: Text
    first_name: Text | None = None
    birth_date: TypedDay | None = None
    email: Text | None = None
    phone: Text | None = None
    address: Text | None = None
    postcode: Text | None = None
    town: Text | None = None
    remark: Text | None = None


class ContactMade(ContactSent):
    language: Text | None = Field(None, description="In which it is written to; the organization's by default.")
    consent: ConsentsSent | None = Field(None, description="Said again, the first date stands.")


class ContactChanged(ContactMade):
    """What is left out stays as it is; null empties it."""

    last_name: Text = ""
    email_returned_since: None = Field(
        None, description="Null, sent: mails arrive there after all, and are sent again."
    )
    opt_out: OptOutsSent | None = Field(None, description="Of the address or number of the record, as it is then.")


class ContactsAsked(Paged):
    search: str = Field("", max_length=1000, description="Names, phone, e-mail, birth date: all words of it.")


class Consent(BaseModel):
    """Who was never asked gets reminders; who refused gets none, only confirmations and changes."""

    said: Literal["", "given", "refused"]
    at: Told | None
    by: str


class Consents(BaseModel):
    email: Consent
    sms: Consent


class OptOut(BaseModel):
    covers: Literal["all", "unasked"] = Field(description="`unasked`: reminders and offers.")
    since: Told
    by: str
    words: str = Field(description="What they answered.")
    is_stranger: bool = Field(description="Whoever has the address says not to be whom you mean.")


class OptOuts(BaseModel):
    """Null where messages leave."""

    email: OptOut | None
    sms: OptOut | None


class Contact(BaseModel):
    id: ById
    last_name: str
    first_name: str
    birth_date: ToldDay | None
    email: str
    email_returned_since: Told | None = Field(description="Mails come back since then, and none are sent there.")
    phone: str = Field(description="E.164.")
    phone_extension: str
    address: str
    postcode: str
    town: str
    remark: str
    language: str
    possible_duplicate: bool
    consent: Consents
    opt_out: OptOuts
    created_at: Told


class Contacts(BaseModel):
    items: list[Contact]
    next: str | None
