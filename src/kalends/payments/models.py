from __future__ import annotations

from django.db import models
from django.db.models import Q

from kalends.foundation.database.models import TenantForeignKey, TenantModel


class State(models.TextChoices):
    UNPAID = "unpaid"
    PAID = "paid"
    DROPPED = "dropped"  # the visit was cancelled before it was paid


class Payment(TenantModel):
    """What a patient owes for one visit, and until when."""

    appointment_id = models.UUIDField()
    appointment = TenantForeignKey("booking.Appointment", column="appointment_id", related_name="payments")
    amount_minor = models.PositiveIntegerField(help_text="As it was booked")
    currency = models.CharField(max_length=3)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.UNPAID)
    since = models.DateTimeField(help_text="When the state changed")
    by_label = models.CharField(max_length=200, blank=True, help_text="Who noted that it was paid")
    version = models.PositiveIntegerField(default=0, help_text="Counts the deadlines")
    told_for = models.DateTimeField(null=True, help_text="The deadline that was told of as near")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(name="a_visit_has_one_payment", fields=["organization", "appointment_id"]),
            models.CheckConstraint(name="something_is_to_be_paid", condition=Q(amount_minor__gt=0)),
        ]
        indexes = [
            models.Index(name="unpaid_by_deadline", fields=["organization", "due_at"], condition=Q(state="unpaid"))
        ]
