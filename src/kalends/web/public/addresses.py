"""The addresses of one organization's public pages, and the signature that its forms carry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core import signing
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kalends.foundation.errors import Refusal

# Carried from page to page: in a frame of another site no cookie may remember them.
CARRIED = ("embed", "lang")
OPEN_FOR_SECONDS = 12 * 3600
OWN_PAGES = ("same-origin", "none")
_signer = signing.TimestampSigner(salt="kalends.public.form")


class NotOurForm(Refusal):
    """What was posted did not come from a page of ours, or from one that stood open for half a day."""

    code = "not_allowed"
    status = 403
    sentence = _("This page stood open too long, and nothing was changed. Begin again, please.")


@dataclass(frozen=True, slots=True)
class Act:
    """Where a form is posted, and the signature that says we wrote that form."""

    url: str
    signature: str


@dataclass(frozen=True, slots=True)
class Addresses:
    slug: str
    carried: Mapping[str, str]

    def to(self, page: str, query: Mapping[str, object] | None = None, **path: object) -> str:
        """The address of `page` (a name of urls.py); empty values of `query` are left out."""
        asked = {key: str(value) for key, value in (query or {}).items() if value not in (None, "")}
        written = urlencode({**asked, **self.carried})
        return f"{self._path(page, path)}{'?' if written else ''}{written}"

    def act(self, page: str, query: Mapping[str, object] | None = None, **path: object) -> Act:
        return Act(self.to(page, query, **path), _signature(self._path(page, path)))

    def _path(self, page: str, path: Mapping[str, object]) -> str:
        return reverse(f"public:{page}", kwargs={"organization": self.slug, **path})


def addresses_of(request: HttpRequest, slug: str) -> Addresses:
    return Addresses(slug, {key: request.GET[key][:20] for key in CARRIED if request.GET.get(key)})


def check_form(request: HttpRequest) -> None:
    """Raise `NotOurForm` unless a page of ours carried this form, for this very address, within half a day.

    Browsers say in Sec-Fetch-Site where a request comes from; those that do not are judged by the signature.
    """
    if request.headers.get("Sec-Fetch-Site", OWN_PAGES[0]) not in OWN_PAGES:
        raise NotOurForm
    try:
        _signer.unsign(f"{request.path}:{request.POST.get('signature', '')}", max_age=OPEN_FOR_SECONDS)
    except signing.BadSignature as fault:
        raise NotOurForm from fault


def _signature(path: str) -> str:
    return _signer.sign(path)[len(path) + 1 :]
