"""What came in: bodies and addresses, read strictly. Anything that two readers could understand differently,
or that no database can keep, is refused with 400 before anybody looks at it."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from kalends.foundation import legible
from kalends.foundation.errors import Refusal
from kalends.foundation.text import refuse_unusable

DEEPEST = 32
LONGEST_NUMBER = 18
JSON = "application/json"
_WITH_BODY = ("POST", "PUT", "PATCH")


class Malformed(Refusal):
    code = "malformed"
    status = 400
    sentence = _("This is not JSON as it should be: nothing was read from it.")


class NotJson(Refusal):
    code = "unsupported_media_type"
    status = 415
    sentence = _("Send JSON in UTF-8, with the content type application/json.")


class NotForm(Refusal):
    code = "unsupported_media_type"
    status = 415
    sentence = _("Send a form in UTF-8, with the content type application/x-www-form-urlencoded.")


class TooLarge(Refusal):
    code = "too_large"
    status = 413
    sentence = _("This is too large.")


def check(request: HttpRequest) -> None:
    """Raise for an address or a content type that cannot be read. Raises Illegible, NotJson."""
    legible.check_address(request.META.get("QUERY_STRING", ""))
    if request.method in _WITH_BODY and _has_body(request):
        charset = (request.content_params or {}).get("charset", "utf-8")
        if request.content_type != JSON or charset.lower() not in ("utf-8", "utf8"):
            raise NotJson


def form(request: HttpRequest) -> QueryDict:
    """The fields of a form, where one is sent. Raises NotForm, Illegible."""
    if not _has_body(request):
        return QueryDict()
    charset = (request.content_params or {}).get("charset", "utf-8")
    if request.content_type != legible.FORM or charset.lower() not in ("utf-8", "utf8"):
        raise NotForm
    legible.check_form(request.body)
    return QueryDict(request.body, encoding="utf-8")


def read(raw: bytes) -> Any:
    """The value that the JSON text stands for. Raises Malformed.

    Refused besides what is no JSON: NaN and infinities, keys said twice, numbers of more than 18 digits, more
    than 32 levels, NUL and halves of surrogate pairs.
    """
    try:
        value = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_refuse,
            parse_int=_whole,
            parse_float=_number,
        )
        _check_value(value, 0)
    except (ValueError, RecursionError):
        raise Malformed from None
    return value


def _has_body(request: HttpRequest) -> bool:
    return request.META.get("CONTENT_LENGTH") not in (None, "", "0") or "HTTP_TRANSFER_ENCODING" in request.META


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a key is said twice")
    return value


def _refuse(text: str) -> NoReturn:
    raise ValueError(text)


def _whole(text: str) -> int:
    return int(text) if len(text) <= LONGEST_NUMBER else _refuse(text)


def _number(text: str) -> float:
    value = float(text) if len(text) <= 64 else _refuse(text)
    return value if value - value == 0 else _refuse(text)


def _check_value(value: Any, depth: int) -> None:
    if isinstance(value, str):
        refuse_unusable(value)
    elif isinstance(value, dict | list):
        if depth == DEEPEST:
            raise ValueError("too deep")
        if isinstance(value, dict):
            for key in value:
                refuse_unusable(key)
            value = list(value.values())
        for part in value:
            _check_value(part, depth + 1)
