"""Lists in pages: `items`, and `next`, which asks for what follows the last item, whatever came or went since."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

from django.core import signing
from django.db import models
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from pydantic import Field

from kalends.api.answers import answer
from kalends.api.schemas.fields import Asked
from kalends.foundation import clock
from kalends.foundation.errors import Invalid
from kalends.organizations.models import Organization

Row = TypeVar("Row", bound=models.Model)
Body = dict[str, Any]
USUAL, MOST = 50, 200


class Paged(Asked):
    """`cursor` is the `next` of the page before."""

    limit: int = Field(USUAL, ge=1, le=MOST)
    cursor: str | None = Field(None, max_length=1000)


def page(rows: QuerySet[Row], key: Sequence[str], asked: Paged) -> tuple[list[Row], str | None]:
    """One page of `rows` in the order of the fields `key`, which together are unique; and the cursor after it."""
    if asked.cursor is not None:
        rows = rows.filter(_after(key, _read(asked.cursor, rows.model, key)))
    found = list(rows.order_by(*key)[: asked.limit + 1])
    if len(found) <= asked.limit:
        return found, None
    found.pop()
    return found, _signer(rows.model, key).sign_object([_plain(getattr(found[-1], name)) for name in key])


def listed(
    organization: Organization, found: Iterable[Row], following: str | None, told: Callable[[Row, ZoneInfo], Body]
) -> HttpResponse:
    """One page as it goes out, with times as the clocks of `organization` show them."""
    zone = clock.zone(organization.time_zone)
    return answer({"items": [told(one, zone) for one in found], "next": following})


def _after(key: Sequence[str], values: Sequence[Any]) -> Q:
    """What follows `values` in the order of `key`: greater in one field, and equal in all before it."""
    condition = Q()
    for place, name in enumerate(key):
        equal = dict(zip(key[:place], values, strict=False))
        condition |= Q(**equal, **{f"{name}__gt": values[place]})
    # Says the same again in a form that an index can begin with.
    return condition & Q(**{f"{key[0]}__gte": values[0]})


def _read(cursor: str, model: type[models.Model], key: Sequence[str]) -> list[Any]:
    try:
        values = _signer(model, key).unsign_object(cursor)
    except signing.BadSignature:
        raise Invalid.field("cursor", _("This is no “next” of this list.")) from None
    columns = [cast("models.Field[Any, Any]", model._meta.get_field(name)) for name in key]
    return [column.to_python(value) for column, value in zip(columns, values, strict=True)]


def _signer(model: type[models.Model], key: Sequence[str]) -> signing.Signer:
    """A cursor is signed, so that what reaches the database is what left it, and for this list only."""
    return signing.Signer(salt=f"cursor:{model._meta.label}:{','.join(key)}")


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | None) else str(value)
