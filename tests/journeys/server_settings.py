"""The settings of the server that the journeys drive: static files need no collecting, no limits by address."""

from kalends.config.settings import *  # noqa: F403
from kalends.config.settings import STORAGES

STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
LIMITS = False
# As the tests write passwords (tests/conftest.py).
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
