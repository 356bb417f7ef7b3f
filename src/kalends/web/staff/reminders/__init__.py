"""What goes out: the reminders of a day to come."""
