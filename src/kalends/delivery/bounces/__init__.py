"""What comes back by e-mail: to which delivery it belongs, what it says, and where it is found."""
