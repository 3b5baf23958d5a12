"""Hearings of senders."""
