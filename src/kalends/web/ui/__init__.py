"""The design system: what shells and components need from Python (see README.md)."""
