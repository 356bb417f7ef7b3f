"""Booking for somebody on the telephone or at the desk: what, when, who, on one page."""
