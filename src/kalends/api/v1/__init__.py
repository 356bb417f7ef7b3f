"""Version 1: its operations, their addresses and who may call them."""
