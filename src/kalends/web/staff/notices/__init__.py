"""What members are told here: the page behind the bell."""
