"""Patients and callers."""
