"""The whole system as a folder, and back: the database, the secret key, and what both must add up to."""
