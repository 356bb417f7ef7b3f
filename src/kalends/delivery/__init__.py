"""One message to one address, and its fate."""
