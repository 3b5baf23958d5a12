"""What the calls desk keeps, and its end."""
