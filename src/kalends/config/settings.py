"""Django's settings. What an installation may choose comes from the environment (see environment.py)."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from kalends.config.environment import Environment, database_settings

ENVIRONMENT = Environment.read()

PACKAGE = Path(__file__).resolve().parent.parent
SECRET_KEY = ENVIRONMENT.secret_key
DEBUG = False
BASE_URL = ENVIRONMENT.base_url
# Behind whichever name a clinic uses; links in mails come from BASE_URL, never from the request's host.
ALLOWED_HOSTS = ["*"]
CSRF_TRUSTED_ORIGINS = [BASE_URL]
DEMO = ENVIRONMENT.demo
LIMITS = ENVIRONMENT.limits
LICENSING = ENVIRONMENT.licensing
PRIVATE_CALENDARS = ENVIRONMENT.private_calendars
LIVE_STREAMS = ENVIRONMENT.live_streams
EMAIL_URL = ENVIRONMENT.email_url
SMS_URL = ENVIRONMENT.sms_url
EMAIL_SENDER_DOMAINS = ENVIRONMENT.email_sender_domains
BOUNCE_ADDRESS = ENVIRONMENT.bounce_address
FAX_URL = ENVIRONMENT.fax_url
EMAIL_BACKEND = "kalends.delivery.platform_mail.QueueBackend"  # the same way out, or the outbox

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "kalends.config.apps.ComponentsConfig",
    "django_htmx",
    "ninja",
    "procrastinate.contrib.django",
    "kalends.accounts",
    "kalends.organizations",
    "kalends.audit",
    "kalends.contacts",
    "kalends.agenda",
    "kalends.delivery",
    "kalends.booking",
    "kalends.notifications",
    "kalends.payments",
    "kalends.web",
    "kalends.api",
    "kalends.config",
]

MIDDLEWARE = [
    "kalends.web.middleware.security_headers",
    "kalends.api.middleware.short_way",  # what follows is for pages
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "kalends.web.middleware.only_legible",
    "kalends.web.middleware.Refusals",
]

ROOT_URLCONF = "kalends.config.urls"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "django.templatetags.i18n",
                "django.templatetags.static",
                "kalends.web.ui.templatetags.ui",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
        },
    }
]

_connection = database_settings(ENVIRONMENT.database_url)
DATABASES = {
    "default": {
        "ENGINE": "kalends.foundation.database.postgresql",
        **_connection,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {
            **_connection.get("OPTIONS", {}),
            # PostgreSQL keeps the plan of what is asked again and again: planning under row security costs three
            # to six times the answer. Behind PgBouncer, set its max_prepared_statements.
            "server_side_binding": True,
            "prepare_threshold": 3,
            # A stuck lock or a runaway query ends in a sentence, not in a hang.
            "options": "-c lock_timeout=3000 -c statement_timeout=15000 -c timezone=UTC",
        },
    }
}

# A component sees only what it is given.
COTTON_ISOLATE_BY_DEFAULT = True

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["kalends.accounts.backend.Backend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/app/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_ADAPTER = "kalends.accounts.adapter.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"  # people come by invitation, which proves the address
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
if not LIMITS:
    ACCOUNT_RATE_LIMITS = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # as above: the invitation has proved the address
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_TOTP_ISSUER = "Kalends"  # else the request's host, which may be anybody's

SESSION_ENGINE = "kalends.accounts.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BASE_URL.startswith("https:")
SESSION_COOKIE_NAME = "__Host-kalends-session" if SESSION_COOKIE_SECURE else "kalends-session"
CSRF_COOKIE_NAME = "__Host-kalends-csrf" if CSRF_COOKIE_SECURE else "kalends-csrf"
CSRF_COOKIE_HTTPONLY = True
# In the session: one cookie less, and nothing that a page says is kept in the browser.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_FAILURE_VIEW = "kalends.web.errors.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French")), ("ro", _("Romanian"))]
LANGUAGE_COOKIE_NAME = "kalends-language"
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = ENVIRONMENT.data / "static"
STATICFILES_DIRS = [PACKAGE / "web" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "kalends.config.storage.HashedFiles"},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = True
# Only the worker imports these, and what they need: the web defers nothing.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""
PROCRASTINATE_IMPORT_PATHS = [
    f"{capability}.jobs"
    for capability in INSTALLED_APPS
    if capability.startswith("kalends.") and (PACKAGE / capability.removeprefix("kalends.") / "jobs.py").exists()
]
PROCRASTINATE_ON_APP_READY = "kalends.foundation.jobs.on_app_ready"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "kalends.foundation.logs.WithoutRows",
            "fmt": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "filters": {"without_secrets": {"()": "kalends.foundation.logs.WithoutSecrets"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without_secrets"]}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # A refusal is an answer, not an event: only faults of ours are written down.
    "loggers": {"django.request": {"level": "ERROR"}, "django.security.DisallowedHost": {"level": "ERROR"}},
}
