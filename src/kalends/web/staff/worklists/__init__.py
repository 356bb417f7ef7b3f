"""What waits for somebody of the practice: requests to answer, past visits of which nothing was noted."""
