from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from kalends.contacts.rules import Identity
from kalends.foundation.database.models import TenantForeignKey, TenantModel, organization_key


class Consent(models.TextChoices):
    """To reminders and offers. Who was never asked gets them."""

    NOT_ASKED = ""
    GIVEN = "given"
    REFUSED = "refused"


def _consent() -> models.CharField[str, str]:
    # With defaults of the database, so that making a contact does not write them.
    return models.CharField(
        max_length=7, choices=Consent, default=Consent.NOT_ASKED, db_default=Consent.NOT_ASKED, blank=True
    )


def _consent_at() -> models.DateTimeField[datetime | None, datetime | None]:
    return models.DateTimeField(null=True, default=None, db_default=None)


def _consent_by() -> models.CharField[str, str]:
    return models.CharField(max_length=200, default="", db_default="", blank=True)


class Contact(TenantModel):
    """A patient or caller. Found again by folded names, birth date and (phone or e-mail)."""

    last_name = models.CharField(max_length=200)
    first_name = models.CharField(max_length=200, blank=True)
    last_key = models.CharField(max_length=200)
    first_key = models.CharField(max_length=200, blank=True)
    birth_date = models.DateField(null=True, blank=True)
    email = models.CharField(max_length=254, blank=True)
    email_key = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=20, blank=True, help_text="E.164")
    phone_extension = models.CharField(max_length=7, blank=True)
    phone_is_mobile = models.BooleanField(null=True)
    address = models.CharField(max_length=300, blank=True)
    postcode = models.CharField(max_length=16, blank=True)
    town = models.CharField(max_length=120, blank=True)
    remark = models.TextField(blank=True)
    language = models.CharField(max_length=8, default="en")
    possible_duplicate = models.BooleanField(default=False)
    data_consent_at = models.DateTimeField(null=True)
    email_consent, email_consent_at, email_consent_by = _consent(), _consent_at(), _consent_by()
    sms_consent, sms_consent_at, sms_consent_by = _consent(), _consent_at(), _consent_by()
    created_at = models.DateTimeField()
    merged_into_id = models.UUIDField(null=True)
    merged_into = TenantForeignKey("contacts.Contact", column="merged_into_id", related_name="merged", null=True)

    class Meta(TenantModel.Meta):
        constraints = [models.CheckConstraint(name="contact_has_a_name", condition=~Q(last_key=""))]
        indexes = [
            models.Index(name="contact_by_identity", fields=["organization", "last_key", "first_key", "birth_date"]),
            models.Index(name="contact_by_birth_date", fields=["organization", "birth_date"]),
            models.Index(
                name="contact_merged",
                fields=["organization", "merged_into_id"],
                condition=Q(merged_into_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def identity(self) -> Identity:
        return Identity(self.last_key, self.first_key, self.birth_date, self.phone, self.email_key)


class ContactWord(TenantModel):
    """One word by which a contact is looked up: of a name, the digits of a phone, an e-mail address.

    The key is the order of the answer: for one word, those whose last name it is, then by name.
    """

    organization = organization_key("contact_words")
    id = None
    pk = models.CompositePrimaryKey("organization_id", "word", "sorts_as", "contact_id")
    word = models.CharField(max_length=254, db_collation="C")
    sorts_as = models.CharField(
        max_length=200, db_collation="C", help_text="0 for a word of the last name, else 1; names, birth, telephone"
    )
    contact_id = models.UUIDField()
    contact = TenantForeignKey("contacts.Contact", column="contact_id", related_name="words")

    class Meta(TenantModel.Meta):
        indexes = [models.Index(name="contact_word_by_contact", fields=["organization", "contact_id", "word"])]


class Merge(TenantModel):
    """Two records of one person became one; kept so that it can be taken back."""

    kept_id = models.UUIDField()
    kept = TenantForeignKey("contacts.Contact", column="kept_id", related_name="merges_kept")
    merged_id = models.UUIDField()
    merged = TenantForeignKey("contacts.Contact", column="merged_id", related_name="merges_merged")
    at = models.DateTimeField()
    by_label = models.CharField(max_length=200)
    before = models.JSONField(help_text="The fields of the kept record that merging filled, as they were")
    undone_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(name="nobody_is_merged_into_themselves", condition=~Q(kept_id=models.F("merged_id")))
        ]
        indexes = [
            models.Index(name="merge_by_kept", fields=["organization", "kept_id"]),
            models.Index(name="merge_by_merged", fields=["organization", "merged_id"]),
        ]


class NotDuplicate(TenantModel):
    """Somebody looked: these two records are two people. `one` has the lower id."""

    organization = organization_key("not_duplicates")
    id = None
    pk = models.CompositePrimaryKey("organization_id", "one_id", "other_id")
    one_id = models.UUIDField()
    one = TenantForeignKey("contacts.Contact", column="one_id", related_name="not_duplicates_above")
    other_id = models.UUIDField()
    other = TenantForeignKey("contacts.Contact", column="other_id", related_name="not_duplicates_below")
    at = models.DateTimeField()
    by_label = models.CharField(max_length=200)

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(name="two_people_in_one_order", condition=Q(one_id__lt=models.F("other_id")))
        ]


class Upload(TenantModel):
    """A file that somebody brought and looks at before it is taken in. It is removed then, or after an hour."""

    kind = models.CharField(max_length=16)
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    person_id = models.UUIDField(help_text="Who brought it; nobody else may take it in")
    made_at = models.DateTimeField()
