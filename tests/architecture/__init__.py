"""Promises about the whole, kept by walking all of it."""
