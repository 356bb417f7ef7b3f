"""What is printed once the demo is there: public pages, and a sign-in for every role of every clinic."""

from __future__ import annotations

from collections.abc import Sequence

from kalends.operating.demo.described import PASSWORD, Clinic
from kalends.organizations.models import Organization


def lines(clinics: Sequence[Clinic], *, base_url: str) -> list[str]:
    """For those of `clinics` that are loaded."""
    loaded = set(Organization.objects.values_list("slug", flat=True))
    told = []
    for clinic in clinics:
        if clinic.slug not in loaded:
            continue
        told.append(f"{clinic.name}, {clinic.place['town']}: {base_url}/{clinic.slug}/")
        told += [
            f"  {worker.role:<9}{worker.email:<40}{PASSWORD:<14}{base_url}/app/{clinic.slug}/"
            for worker in clinic.workers
        ]
    return told
