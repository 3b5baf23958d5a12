"""A site is visited, and what it sends before and after a choice is told apart."""
