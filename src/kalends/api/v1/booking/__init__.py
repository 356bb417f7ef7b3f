"""Booking, by patients and by staff."""
