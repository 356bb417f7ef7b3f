"""Tenancy in the database: scope, keys, policies, locks. How and why: docs/decisions/0002, 0003."""
