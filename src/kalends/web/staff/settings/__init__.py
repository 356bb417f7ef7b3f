"""What an organization says about itself: places, people, services, agendas and their hours."""
