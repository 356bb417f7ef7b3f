"""What the private links are for: the purpose goes into the secret, so that none opens what is another's."""

APPOINTMENT = "appointment-link"
WAITING = "waiting-link"
OFFER = "offer-link"
FEED = "feed"
