"""The application that granian serves (why WSGI: docs/decisions/0005)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kalends.config.settings")
application = get_wsgi_application()
