"""Files of Japanese identity cards' chips: tag, length, value, and the JSON document that carries them."""
