"""Base of everything that belongs to an organization."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from django.db import models
from django.db.models.fields.related import ForeignObject
from django.db.models.fields.related_descriptors import ForwardManyToOneDescriptor
from uuid_utils.compat import uuid7

from kalends.foundation.database.tenancy import NoScope

Row = TypeVar("Row", bound=models.Model)

if TYPE_CHECKING:  # generic for the type checker only
    _Descriptor = ForwardManyToOneDescriptor[Any]
    _ForeignObject = ForeignObject[Any, Any]
    _OrganizationKey = models.ForeignKey[Any, Any]
else:
    _Descriptor = ForwardManyToOneDescriptor
    _ForeignObject = ForeignObject
    _OrganizationKey = models.ForeignKey


def new_id() -> UUID:
    """Ordered by time, so fresh rows lie together. Never a secret."""
    return uuid7()


# The same in SQL, for rows that a statement makes; `fresh` is what `fresh_ids` says.
NEW_ID = "overlay(gen_random_uuid()::text placing %(fresh)s from 1 for 15)::uuid"


def fresh_ids() -> str:
    """How the ids begin that are made now: the time, and the number of the version."""
    return str(uuid7())[:15]


def made_at(row_id: UUID) -> int:
    """The instant, in seconds, at which `new_id` made this id: it stands in the first 48 bits, in milliseconds."""
    return (row_id.int >> 80) // 1000


def id_at(second: int) -> UUID:
    """The least id that `new_id` could have made then, in epoch seconds: what was made later has a greater one."""
    return UUID(int=second * 1000 << 80)


class TenantManager(models.Manager[Row]):
    """Works only from an organization or from a row of one: `organization.schedules`, `schedule.appointments`."""

    def get_queryset(self) -> models.QuerySet[Row]:
        if not hasattr(self, "instance"):
            raise NoScope(f"Begin at an organization: {self.model.__name__} has no rows of its own.")
        return super().get_queryset()


class OrganizationKey(_OrganizationKey):
    """The tenant's half of the key.

    A row that always refers to another of its organization needs no constraint of its own for that: the composite
    key reaches a row that has one. PostgreSQL would check both with each row that is written.
    """

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        if any(isinstance(field, TenantForeignKey) and not field.null for field in self._siblings()):
            kwargs["db_constraint"] = False
        return name, "django.db.models.ForeignKey", args, kwargs

    def _siblings(self) -> list[Any]:
        model = getattr(self, "model", None)
        return [] if model is None else model._meta.private_fields + model._meta.local_fields


def organization_key(rows: str) -> models.ForeignKey[Any, Any]:
    """`rows` is how an organization speaks of them: `organization.deliveries`."""
    return OrganizationKey("organizations.Organization", on_delete=models.DO_NOTHING, related_name=rows, db_index=False)


class TenantModel(models.Model):
    """A row of one organization. The key is (organization, id); so is every foreign key to it."""

    pk = models.CompositePrimaryKey("organization_id", "id")
    organization = organization_key("%(class)ss")
    id: Any = models.UUIDField(default=new_id, editable=False)

    # Rows may be added and read, never changed or removed: kept by the role's privileges.
    append_only = False

    objects = TenantManager()

    class Meta:
        abstract = True
        base_manager_name = "all_rows"

    all_rows = models.Manager()  # for Django's own needs (save, refresh); row security still holds


class WithinOrganization(_Descriptor):
    """Assigning sets the column only; a row of another organization is refused, and None keeps the tenant."""

    def __set__(self, instance: models.Model, value: Any) -> None:
        column = self.field.column_name
        if value is None:
            setattr(instance, column, None)
            self.field.set_cached_value(instance, None)
            return
        own = getattr(instance, "organization_id", None)
        if own is not None and own != value.organization_id:
            raise ValueError(f"{self.field.name} belongs to another organization")
        super().__set__(instance, value)


class TenantForeignKey(_ForeignObject):
    """To another row of the same organization, through (organization_id, `column`).

    The column is declared beside it; the migration's `TenantTable` makes the composite foreign key.
    """

    forward_related_accessor_class = WithinOrganization

    def __init__(
        self,
        to: Any,
        *,
        column: str,
        related_name: str,
        null: bool = False,
        on_delete: Any = models.DO_NOTHING,
        **rest: Any,
    ) -> None:
        self.column_name = column
        rest.pop("from_fields", None)
        rest.pop("to_fields", None)
        super().__init__(
            to,
            on_delete=on_delete,
            from_fields=("organization_id", column),
            to_fields=("organization_id", "id"),
            related_name=related_name,
            null=null,
            **rest,
        )

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["from_fields"], kwargs["to_fields"]
        kwargs["column"] = self.column_name
        return name, path, args, kwargs
