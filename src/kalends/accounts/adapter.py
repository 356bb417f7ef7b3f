"""What we tell allauth: nobody signs up by themselves, and mails speak of the installation, never of the request."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse


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
        return subject

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Render and send at once. The request's Host header could be anybody's, so nothing is taken from it."""
        message = self.render_mail(template_prefix, email, {**context, "current_site": Site(), "email": email})
        message.send()

    def get_reset_password_from_key_url(self, key: str) -> str:
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.BASE_URL + path.replace("UID-KEY", key)
