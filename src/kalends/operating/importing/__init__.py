"""Files of other systems into organizations: what is read, what is left out and why."""
