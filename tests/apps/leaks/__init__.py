"""What is found in what was sent, and what isn't."""
