"""Writing the agenda: places, opening hours, services, schedules."""
