"""What devices write, read into events."""
