"""Range expressions for exclusion constraints."""

from __future__ import annotations

from django.contrib.postgres.fields import DateTimeRangeField, IntegerRangeField
from django.db import models
from django.db.models import Func


class UuidRange(Func):
    """A range type of our own: exact, and needs no extension (made by the first migration of the organizations)."""

    function = "uuidrange"
    output_field = models.TextField()


class IntRange(Func):
    function = "int4range"
    output_field = IntegerRangeField()


class InstantRange(Func):
    function = "tstzrange"
    output_field = DateTimeRangeField()
