"""What will be thrown at us, by family; the numbers are those of the list of cases."""
