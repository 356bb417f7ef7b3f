"""The people who come: finding them, their record."""
