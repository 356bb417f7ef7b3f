"""Who may call what. Every operation carries one of these as its `auth`; each says its `permission`.

Without a valid token: 401. A token of another organization meets what nobody knows: 404. A right that is
missing: 403.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from uuid import UUID

from django.http import HttpRequest

from kalends.api.problems import Unauthorized
from kalends.foundation import secrets
from kalends.foundation.actor import Actor, ActorKind, ChannelKind, patient
from kalends.foundation.errors import NotAllowed, NotFound
from kalends.foundation.limits import spend_public_act
from kalends.organizations import queries as organizations
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right, Role

PUBLIC = "public"


class Call(HttpRequest):
    """A request once it is known whose data it is about and who asks."""

    organization: Organization
    actor: Actor


class Anybody:
    """No organization yet: the list of organizations, and private links that name their own."""

    permission = PUBLIC

    def __call__(self, request: Call) -> bool:
        request.actor = patient(address=_address(request))
        if request.method == "POST":
            spend_public_act(self._whose(request), request.actor.address)
        return True

    def _whose(self, request: Call) -> UUID | None:
        """Of a private link, before anybody knows whether it opens anything."""
        match = request.resolver_match
        secret = secrets.read(str(match.kwargs.get("token", ""))) if match else None
        return secret.organization_id if secret else None


class Published(Anybody):
    """Anybody, on an organization that publishes its page."""

    def __call__(self, request: Call) -> bool:
        found = organizations.published(_slug(request))
        if found is None:
            raise NotFound
        request.organization = found
        return super().__call__(request)

    def _whose(self, request: Call) -> UUID:
        return request.organization.id


class Bearer:
    """A member's API token with a right. The name is that of the scheme in the description."""

    openapi_security_schema = {"type": "http", "scheme": "bearer"}

    def __init__(self, right: Right) -> None:
        self.permission = str(right)

    def __call__(self, request: Call) -> bool:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        found = organizations.actor_of_token(token.strip(), address=_address(request))
        if scheme.lower() != "bearer" or found is None:
            raise Unauthorized
        request.organization, request.actor = found
        if request.organization.slug != _slug(request):
            raise NotFound
        if not request.actor.may(self.permission):
            raise NotAllowed
        return True


anybody = Anybody()
published = Published()
requires = Bearer


def caller(request: Call) -> str:
    """What tells all callers apart, as a hash: the token, or what there is of a visitor."""
    if request.actor.kind == ActorKind.TOKEN:
        return hashlib.sha256(request.headers["Authorization"].split()[-1].encode()).hexdigest()
    return visitor(request).hex()


def visitor(request: HttpRequest) -> bytes:
    """What tells visitors without a sign-in apart, as far as it can be told: address and browser."""
    return hashlib.sha256(f"{_address(request)}\n{request.headers.get('User-Agent', '')}".encode()).digest()


def on_channel(actor: Actor, channel: ChannelKind) -> Actor:
    """The same member, booking through another channel of the house."""
    return replace(actor, channel=channel)


def sees_own_only(actor: Actor) -> bool:
    """Practitioners see and change what is theirs; a colleague's agenda does not exist for them."""
    return actor.role == Role.PROVIDER


def refuse_practitioners(actor: Actor) -> None:
    """What is not about one agenda only is not theirs. Raises NotAllowed."""
    if sees_own_only(actor):
        raise NotAllowed


def _slug(request: HttpRequest) -> str:
    match = request.resolver_match
    assert match is not None, "only resolved requests are authenticated"
    return str(match.kwargs["org"])


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))
