"""Tables of appointments from other programs."""
