"""Writing organizations: themselves, their places and practitioners, their people, invitations, tokens."""

from kalends.organizations.operations.invitations import accept_invitation, invite, revoke_invitation
from kalends.organizations.operations.members import edit_membership, make_membership
from kalends.organizations.operations.organization import edit_organization, make_organization
from kalends.organizations.operations.places import (
    edit_location,
    edit_provider,
    make_location,
    make_provider,
)
from kalends.organizations.operations.tokens import make_token, revoke_token

__all__ = [
    "accept_invitation",
    "edit_location",
    "edit_membership",
    "edit_organization",
    "edit_provider",
    "invite",
    "make_location",
    "make_membership",
    "make_organization",
    "make_provider",
    "make_token",
    "revoke_invitation",
    "revoke_token",
]
