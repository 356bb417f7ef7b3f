"""Texts to patients about their bookings."""
