"""When something can be booked: schedules, services, opening hours, closures, occupancy and free times."""
