from __future__ import annotations

from django.db import models
from django.db.models import Q

from kalends.foundation.database.models import TenantForeignKey, TenantModel, organization_key


class State(models.TextChoices):
    QUEUED = "queued"
    CLAIMED = "claimed"
    SENT = "sent"
    DELIVERED = "delivered"  # the network says so
    UNDELIVERED = "undelivered"  # all of it, or one of its parts
    UNKNOWN = "unknown"  # caught between hand-over and record: only a person sends it again
    FAILED = "failed"
    ABORTED = "aborted"  # no longer useful, or the text could not be made
    SUPPRESSED = "suppressed"  # whoever has this address wants nothing by this medium


class Receipt(models.TextChoices):
    """What a network says afterwards about what was handed to it."""

    SENT = "sent"  # it has it
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"


class Medium(models.TextChoices):
    EMAIL = "email"
    SMS = "sms"
    FAX = "fax"


class Nature(models.TextChoices):
    """Why something is said: it decides whether it may come at night, and whether one can do without it."""

    ANSWER = "answer"  # to what the person did just now
    NEWS = "news"  # something has changed that they have to know
    UNASKED = "unasked"  # reminders, offers: nobody waits for them, and one may want none


class Delivery(TenantModel):
    """One message to one address. Written in the transaction of its cause; carried afterwards by the worker.

    Its text is made from `kind` and `facts` when it is carried, so no secret link is ever stored.
    """

    organization = organization_key("deliveries")
    medium = models.CharField(max_length=8, choices=Medium)
    kind = models.CharField(max_length=40, help_text="Which text: appointment_booked")
    cause_id = models.UUIDField(help_text="What it is about: the appointment")
    cause_version = models.PositiveIntegerField(
        default=0, help_text="With it the same cause may speak again: after a move"
    )
    recipient = models.CharField(max_length=254)
    language = models.CharField(max_length=8)
    facts = models.JSONField(help_text="As it was when it happened")
    state = models.CharField(max_length=12, choices=State, default=State.QUEUED)
    queued_at = models.DateTimeField()
    due_at = models.DateTimeField()
    useless_after = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    claimed_by = models.CharField(max_length=80, blank=True)
    handing_over_at = models.DateTimeField(
        null=True, help_text="Committed just before the text goes out: from then on it may have arrived"
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    settled_at = models.DateTimeField(null=True)
    subject = models.CharField(max_length=300, blank=True)
    message_id = models.CharField(max_length=120, blank=True)
    carrier = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    # With defaults of the database, so that queueing does not write them.
    receipt = models.CharField(max_length=12, choices=Receipt, default="", db_default="", blank=True)
    receipt_at = models.DateTimeField(null=True, default=None, db_default=None)
    parts = models.PositiveSmallIntegerField(default=0, db_default=0, help_text="Text messages it was billed as")
    nature = models.CharField(max_length=8, choices=Nature, default=Nature.NEWS)
    schedules = models.JSONField(default=list, help_text="Of the visits that it is about: their ids")
    redirected_to = models.CharField(max_length=254, default="", db_default="", blank=True)
    needs_somebody = models.BooleanField(
        default=False, db_default=False, help_text="A person has to look: its fate is not known, or its text a fault"
    )
    forgotten_at = models.DateTimeField(
        null=True, default=None, db_default=None, help_text="Since then to whom and what about is no longer kept"
    )
    receipts = models.JSONField(default=dict, db_default={}, help_text="What was said of each part")
    centre = models.CharField(
        max_length=200, default="", db_default="", blank=True, help_text="Who can be asked whether it arrived"
    )
    repeats = models.PositiveSmallIntegerField(default=0, db_default=0, help_text="By persons, of what had not arrived")

    @property
    def reference(self) -> str:
        """What carriers know it by; another one when a person sends again what did not arrive."""
        return f"{self.id}-{self.repeats}" if self.repeats else str(self.id)

    @property
    def is_torn(self) -> bool:
        """Some of its parts have arrived, and others have not."""
        return {Receipt.DELIVERED, Receipt.UNDELIVERED} <= set(self.receipts.values())

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                name="one_delivery_per_cause_recipient_and_medium",
                fields=["organization", "cause_id", "cause_version", "kind", "medium", "recipient"],
            ),
            models.CheckConstraint(name="claimed_means_by_somebody", condition=~Q(state="claimed") | ~Q(claimed_by="")),
            # What waits is found by it: settled as well, it would wait for ever.
            models.CheckConstraint(
                name="what_waits_is_not_settled",
                condition=~Q(state__in=("queued", "claimed")) | Q(settled_at=None),
            ),
        ]
        indexes = [
            # What a claim and a mark change (`state` among it) stands in no index and in no condition of one, so
            # that they write the row and nothing else (docs/decisions/0023).
            # In the order of claims to the last column: what is due at one instant, as reminders are by the thousand,
            # would be sorted anew for each set.
            models.Index(
                name="delivery_unsettled",
                fields=["organization", "due_at", "id"],
                condition=Q(settled_at=None),
            ),
            models.Index(name="delivery_by_time", fields=["organization", "queued_at"]),
            # Who answers a text message is looked for among those who got one; mails cost nothing here.
            models.Index(
                name="text_message_by_recipient", fields=["organization", "recipient"], condition=Q(medium="sms")
            ),
            models.Index(
                name="delivery_needs_somebody",
                fields=["organization", "queued_at"],
                condition=Q(needs_somebody=True),
            ),
            models.Index(name="fax_by_recipient", fields=["organization", "recipient"], condition=Q(medium="fax")),
            # Asked for every few seconds.
            models.Index(
                name="fax_under_way",
                fields=["organization", "carrier"],
                condition=Q(medium="fax", settled_at__isnull=False, receipt=""),
            ),
        ]


def _quiet_between_two_hours(medium: str) -> models.CheckConstraint:
    begins, ends = f"{medium}_quiet_from", f"{medium}_quiet_until"
    hours = Q(**{f"{begins}__isnull": False, f"{ends}__isnull": False})
    hours &= Q(**{f"{begins}__range": (0, 1439), f"{ends}__range": (0, 1439)}) & ~Q(**{begins: models.F(ends)})
    never = Q(**{f"{begins}__isnull": True, f"{ends}__isnull": True})
    return models.CheckConstraint(name=f"{medium}_is_quiet_between_two_hours", condition=never | hours)


class DeliverySettings(TenantModel):
    """What an organization has decided about all that leaves. No row: as a new one. Minutes are of its own zone."""

    organization = organization_key("delivery_settings")
    test_mode = models.BooleanField(default=False)
    test_email = models.EmailField(blank=True)
    test_phone = models.CharField(max_length=20, blank=True, help_text="E.164")
    # Machines take mail at night without ringing; a telephone lies beside a bed.
    email_quiet_from = models.PositiveSmallIntegerField(null=True, blank=True)
    email_quiet_until = models.PositiveSmallIntegerField(null=True, blank=True)
    sms_quiet_from = models.PositiveSmallIntegerField(null=True, blank=True, default=21 * 60)
    sms_quiet_until = models.PositiveSmallIntegerField(null=True, blank=True, default=8 * 60)
    fax_quiet_from = models.PositiveSmallIntegerField(null=True, blank=True)
    fax_quiet_until = models.PositiveSmallIntegerField(null=True, blank=True)
    kept_days = models.PositiveSmallIntegerField(default=365, help_text="How long it is known to whom what was sent")
    sms_price = models.PositiveIntegerField(
        null=True, blank=True, help_text="Of one part, in ten-thousandths of the currency; none: costs are not told"
    )
    text_countries = models.CharField(
        max_length=300, blank=True, help_text="To which text messages go beside its own: BE CH, ISO 3166"
    )
    texts_an_hour = models.PositiveIntegerField(default=1000)
    texts_a_day = models.PositiveIntegerField(default=5000)
    texts_to_a_prefix = models.PositiveIntegerField(
        default=20, help_text="In an hour, to new numbers that differ in their last four digits only"
    )
    asks_consent = models.BooleanField(default=False, help_text="Who books online is asked whether to be reminded")
    trusts_clock_after = models.UUIDField(
        null=True, editable=False, help_text="The jump of the clock after which somebody said that it is right"
    )
    # Nothing that was queued before is left to forget.
    forgotten_until = models.DateTimeField(null=True, editable=False)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(name="an_organization_has_delivery_settings_once", fields=["organization"]),
            models.CheckConstraint(
                name="test_mode_has_an_address", condition=Q(test_mode=False) | ~Q(test_email="") | ~Q(test_phone="")
            ),
            *map(_quiet_between_two_hours, Medium),
            models.CheckConstraint(
                name="deliveries_are_known_30_days_to_10_years", condition=Q(kept_days__range=(30, 3650))
            ),
        ]


class FaxNumber(TenantModel):
    """A number of which somebody has said, after a page came out there, that it is the right one (MSG-07)."""

    organization = organization_key("fax_numbers")
    number = models.CharField(max_length=20, help_text="E.164")
    confirmed_at = models.DateTimeField()
    by_label = models.CharField(max_length=200)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(name="a_fax_number_is_confirmed_once", fields=["organization", "number"])
        ]


class SenderAddress(TenantModel):
    """From which mails of an organization, or of one of its practitioners, are to come (mail_senders.py)."""

    organization = organization_key("sender_addresses")
    provider_id = models.UUIDField(null=True, help_text="None: of the organization")
    provider = TenantForeignKey("organizations.Provider", column="provider_id", related_name="+", null=True)
    address = models.CharField(max_length=254, help_text="In ASCII, its domain in lower case")
    seed = models.BinaryField(max_length=16, help_text="The link's secret is derived from it and the key")
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=200)
    verified_at = models.DateTimeField(null=True, help_text="Whoever reads its mail has agreed")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                name="an_organization_has_one_sender", fields=["organization"], condition=Q(provider_id=None)
            ),
            models.UniqueConstraint(name="a_practitioner_has_one_sender", fields=["organization", "provider_id"]),
        ]


class PlatformMail(models.Model):
    """A mail of the platform itself (a password reset), written by Django and carried by the worker.

    Deleted once it has left, because it holds a secret link; kept some days where no mail leaves the house, to
    be read in the outbox. Unlike a delivery it may leave twice: a second link does no harm, none does.
    """

    written_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="The next try; moved on before each")
    tries = models.PositiveSmallIntegerField(default=0)
    kept_since = models.DateTimeField(null=True, help_text="Lies in the outbox")
    recipient = models.CharField(max_length=254)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(name="platform_mail_by_time", fields=["written_at"]),
            models.Index(name="platform_mail_waiting", fields=["due_at"], condition=Q(kept_since=None)),
        ]
