"""Who did or looked at what, for investigators. The application never decides by it."""
