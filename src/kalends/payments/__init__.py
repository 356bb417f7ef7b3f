"""What a patient owes for a visit before a deadline, and whether it was paid."""
