"""Reading the agenda: plans (what is kept in memory), free times, blocks."""
