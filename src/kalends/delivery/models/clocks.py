"""What is kept of the clocks of the installation. No organization's."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kalends.foundation.database.models import new_id


class ClockLook(models.Model):
    """What the clocks showed last, by start of a machine: to tell after a restart whether they were set meanwhile."""

    boot = models.UUIDField(primary_key=True)
    steady = models.BigIntegerField(help_text="Seconds since that start")
    at = models.DateTimeField(help_text="By the clock of the database")


class ClockJump(models.Model):
    """A clock was set by more than a moment. Until somebody says that it is right, what is sent in bulk waits."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    since = models.DateTimeField(help_text="What the clock of the database showed before")
    seconds = models.BigIntegerField(help_text="By how many it was set")
    ended_at = models.DateTimeField(null=True)
    by_label = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(models.Value(1), name="one_jump_of_the_clock_at_a_time", condition=Q(ended_at=None))
        ]
