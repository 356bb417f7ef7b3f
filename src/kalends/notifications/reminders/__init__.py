"""Reminders of visits: when they are due, planning them in sets, their settings."""
