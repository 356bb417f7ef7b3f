"""Ground floor: no business words here. Everything above may import it; it imports nothing above."""
