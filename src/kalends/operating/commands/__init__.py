"""The sub-commands of `kalends`."""
