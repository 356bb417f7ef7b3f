"""Pages of which all is kept but a few holes: what stands in them is made for each visit."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from kalends.web.ui.kept import Kept

# The text before a hole, then its name, and so on.
Frame = tuple[str, ...]
# In nothing that people write: PostgreSQL takes no such sign, and what is read from a request is cleaned of it.
_HOLE = re.compile("\0([a-z_]+)\0")

# Some 30 kB each.
_frames: Kept[Frame] = Kept(most=60)


def framed(
    request: HttpRequest,
    template: str,
    made_from: Hashable,
    context: Callable[[], Mapping[str, Any]],
    holes: Mapping[str, str],
) -> str:
    """`template` with `context` and `holes`; what stands round the holes is kept under `made_from` and the language.

    `made_from` holds values, never rows, which stay equal when they change. The frame is made without the request, so
    there is nothing of a visitor in it but what `made_from` says. A page that has a message to tell is not kept.
    """
    if get_messages(request):
        return render_to_string(template, {**context(), **holes}, request)
    frame = _frames.get((template, get_language(), made_from), lambda: _rendered(template, context(), holes))
    filled = {**holes, "csrf_token": get_token(request)}
    return "".join(conditional_escape(filled[part]) if number % 2 else part for number, part in enumerate(frame))


def _rendered(template: str, context: Mapping[str, Any], holes: Mapping[str, str]) -> Frame:
    marks = {name: SafeString(f"\0{name}\0") for name in (*holes, "csrf_token")}
    return tuple(_HOLE.split(render_to_string(template, {**context, **marks})))
