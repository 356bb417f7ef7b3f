"""What the organization says about the data it keeps."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from kalends.web.public.page import PublicRequest, public_page, show


@public_page
@require_safe
def your_data(request: PublicRequest) -> HttpResponse:
    organization = request.organization
    return show(
        request,
        "public/your_data.html",
        {"organization": organization, "begin": request.here.to("services")},
    )
