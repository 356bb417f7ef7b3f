"""When something can be booked: free times, agendas, their hours, services, channels."""
