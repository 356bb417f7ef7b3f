"""The language of pages that belong to no organization: what `?lang=` asks for, else the cookie, else the browser."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.utils import translation

View = Callable[..., HttpResponseBase]
A_YEAR = 31_536_000


def in_visitors_language(view: View) -> View:
    """Speak the language that `?lang=` asks for, and keep it in the cookie that the middleware reads."""

    @wraps(view)
    def spoken(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asked = request.GET.get("lang")
        if asked not in dict(settings.LANGUAGES):
            return rendered(view)(request, *args, **kwargs)
        with translation.override(asked):
            response = rendered(view)(request, *args, **kwargs)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            asked,
            max_age=A_YEAR,
            samesite="Lax",
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
        )
        return response

    return spoken


def rendered(view: View) -> View:
    """Render the template before the language is given back: views of libraries leave it for later."""

    @wraps(view)
    def answered(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
            response.render()
        return response

    return answered
