"""Mail through a provider's API, as django-anymail speaks it (README.md). Imported only where EMAIL_URL names one."""

from kalends.delivery.carriers.provider.carrier import Patience, ProviderCarrier

__all__ = ["Patience", "ProviderCarrier"]
