"""My Number cards."""
