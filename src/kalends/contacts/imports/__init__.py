"""Tables of contacts from other programs."""
