"""One appointment: who, when, what happened to it, and what can be done with it."""
