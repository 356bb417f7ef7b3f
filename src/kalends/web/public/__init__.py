"""The page on which patients book, and the private page of one appointment."""
