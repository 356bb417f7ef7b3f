"""The desk: what the people of an organization see under /app/."""
