"""Letters inside a page: as a mail program shows them, shut off from everything around."""

from __future__ import annotations

from django.http import HttpResponse

# A letter brings its own colours and may lead out of the frame, in a new window; nothing else.
LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)


def framed(html: str) -> HttpResponse:
    return HttpResponse(html, headers={"Content-Security-Policy": LETTER_POLICY})
