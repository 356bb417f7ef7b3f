"""One file for each question that a patient is asked, and for their private page."""
