"""Facts between desks."""
