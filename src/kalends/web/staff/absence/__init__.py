"""A practitioner is absent: what becomes of the visits of these days, on one page."""
