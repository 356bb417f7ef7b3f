"""What the organization says about the data it keeps."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from kalends.web.public.page import PublicRequest, first_page, private_page, show


@private_page
@require_safe
def your_data(request: PublicRequest) -> HttpResponse:
    """Also for those who came by a private link of an organization that publishes no page."""
    organization = request.organization
    return show(
        request,
        "public/your_data.html",
        {"organization": organization, "begin": first_page(request)},
    )
