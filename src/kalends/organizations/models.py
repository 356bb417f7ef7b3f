from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from kalends.foundation.database.models import TenantForeignKey, TenantModel, new_id, organization_key
from kalends.organizations.permissions import Role, rights_of

RESERVED_SLUGS = frozenset(
    {"app", "console", "partner", "office", "api", "fhir", "outbox", "healthz", "readyz", "metrics", "static"}
    | {"accounts", "ui", "public", "appointments", "organizations"}
)
slug_shape = RegexValidator(r"^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$")


class Organization(models.Model):
    """A tenant: a legal entity. Global, so that it can be found by its slug before any scope is set."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.CharField(max_length=63, unique=True, validators=[slug_shape])
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2, help_text="ISO 3166 alpha-2")
    time_zone = models.CharField(max_length=64, help_text="Days, months and deadlines are counted in it")
    languages = ArrayField(
        models.CharField(max_length=8), default=list, help_text="Of the public page; the first is the default"
    )
    currency = models.CharField(max_length=3, default="EUR")
    phone = models.CharField(max_length=32, blank=True)
    email = models.EmailField(blank=True)
    website = models.URLField(blank=True)
    privacy_text = models.TextField(blank=True)
    is_published = models.BooleanField(default=False, help_text="The public page is open")
    is_active = models.BooleanField(default=True)
    hold_minutes = models.PositiveSmallIntegerField(default=5)
    allowed_origins = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="slug_is_not_reserved", condition=~Q(slug__in=sorted(RESERVED_SLUGS))),
            models.CheckConstraint(name="hold_lasts_1_to_60_minutes", condition=Q(hold_minutes__range=(1, 60))),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def language(self) -> str:
        return self.languages[0] if self.languages else "en"


class Location(TenantModel):
    """A place of an organization, with its address and time zone."""

    name = models.CharField(max_length=200)
    address = models.CharField(max_length=300, blank=True)
    postcode = models.CharField(max_length=16, blank=True)
    town = models.CharField(max_length=120, blank=True)
    country = models.CharField(max_length=2)
    time_zone = models.CharField(max_length=64)
    phone = models.CharField(max_length=32, blank=True)
    directions = models.CharField(max_length=500, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(name="location_name_is_unique_in_its_organization", fields=["organization", "name"])
        ]

    def __str__(self) -> str:
        return self.name


class Provider(TenantModel):
    """A practitioner or department whose agenda, messages and calls are looked after."""

    name = models.CharField(max_length=200, help_text="As shown: Dr Hélène Vasseur")
    sort_key = models.CharField(max_length=200, help_text="Folded, last name first; lists are ordered by it")
    speciality = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=32, blank=True)
    fax = models.CharField(max_length=32, blank=True, default="", db_default="", help_text="E.164")
    sms_name = models.CharField(
        max_length=60,
        blank=True,
        default="",
        db_default="",
        help_text="How text messages write the name; empty: as it is",
    )
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name

    @property
    def name_in_sms(self) -> str:
        return self.sms_name or self.name


class Membership(TenantModel):
    """A person's place in an organization. Row security has two sides: the organization, and the person."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, related_name="+")
    role = models.CharField(max_length=16, choices=[(role.value, role.value) for role in Role])
    granted = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    withheld = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    provider_id = models.UUIDField(null=True, blank=True)
    provider = TenantForeignKey("organizations.Provider", column="provider_id", related_name="memberships", null=True)
    phone = models.CharField(
        max_length=32, blank=True, default="", db_default="", help_text="A mobile, for notices by text message"
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(name="one_membership_per_person", fields=["organization", "person"]),
            models.CheckConstraint(name="role_is_known", condition=Q(role__in=[role.value for role in Role])),
        ]

    @property
    def rights(self) -> frozenset[str]:
        return rights_of(self.role, self.granted, self.withheld)


class Invitation(TenantModel):
    """An e-mailed invitation: single use, 30 days, its secret stored as a hash."""

    email = models.EmailField()
    role = models.CharField(max_length=16, choices=[(role.value, role.value) for role in Role])
    provider_id = models.UUIDField(null=True, blank=True)
    provider = TenantForeignKey("organizations.Provider", column="provider_id", related_name="invitations", null=True)
    seed = models.BinaryField(max_length=16, help_text="The secret is derived from it and the installation's key")
    secret_hash = models.BinaryField(max_length=32)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(name="invitation_secret_is_unique", fields=["organization", "secret_hash"])
        ]


class ApiToken(TenantModel):
    """A bearer token of one member: hashed, narrowed to scopes, revocable, never more than the member."""

    organization = organization_key("api_tokens")
    name = models.CharField(max_length=100)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, related_name="+")
    secret_hash = models.BinaryField(max_length=32)
    scopes = ArrayField(
        models.CharField(max_length=40),
        default=list,
        blank=True,
        help_text="Rights; empty: all of the member's",
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(name="token_secret_is_unique", fields=["organization", "secret_hash"])]
