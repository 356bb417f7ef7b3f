"""The first page of the installation."""
