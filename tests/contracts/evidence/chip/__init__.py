"""Files of cards' chips as such."""
