"""Visits that are repeated: their dates before and after, and ending them."""
