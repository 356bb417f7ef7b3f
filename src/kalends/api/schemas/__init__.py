"""What callers may send and what they get, by capability. The description of the API is made from these."""
