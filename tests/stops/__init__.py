"""The stops desk."""
