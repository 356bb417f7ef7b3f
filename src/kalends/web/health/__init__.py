"""What load balancers and the supervisor ask."""
