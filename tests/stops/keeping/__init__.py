"""What the stops desk keeps, and its end."""
