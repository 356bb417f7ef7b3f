"""Demo data: three clinics of three countries, with a month of history and two weeks to come."""
