"""The application that granian serves (why RSGI: docs/decisions/0013)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kalends.config.settings")
handler = get_wsgi_application()

from kalends.config.front import Front  # noqa: E402 - Django is set up by the line above

application = Front(handler)
