"""Tenants: organizations, their places, their people and what each may do."""
