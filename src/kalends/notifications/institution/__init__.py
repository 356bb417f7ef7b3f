"""What the institution itself is told of bookings (seed 002): e-mails to addresses, beside those to patients and
practitioners."""
