"""The API, by version and capability."""
