"""Workloads with figures. Run them with `kalends bench`; what each is: README.md beside this file."""
