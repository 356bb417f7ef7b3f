"""Tables of patients and appointments, in and out."""
