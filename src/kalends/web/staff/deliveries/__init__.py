"""What has left, and what became of it."""
