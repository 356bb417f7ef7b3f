"""What we tell allauth: nobody signs up by themselves, and mails speak of the installation, never of the request."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit, urlunsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest


class Site:
    """The installation as mail templates see it."""

    name = "Kalends"

    @property
    def domain(self) -> str:
        return urlsplit(settings.BASE_URL).netloc


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People come by invitation."""
        return False

    def format_email_subject(self, subject: str) -> str:
        """Without a prefix: allauth would take it from the request."""
        return subject

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Render and hand over. A request's Host header can be anybody's, so links and names are our own."""
        own = {name: _at_home(value) if name.endswith("_url") else value for name, value in context.items()}
        self.render_mail(template_prefix, email, {**own, "current_site": Site(), "email": email}).send()


def _at_home(url: str) -> str:
    """The same page at the address of the installation."""
    scheme, host, *_ = urlsplit(settings.BASE_URL)
    return urlunsplit(urlsplit(url)._replace(scheme=scheme, netloc=host))
