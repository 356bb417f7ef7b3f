"""One day of the agendas, as a list."""
