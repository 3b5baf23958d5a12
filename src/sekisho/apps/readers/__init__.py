"""Readers: each turns one target into a reading, within limits, and never fails for what a file holds."""
