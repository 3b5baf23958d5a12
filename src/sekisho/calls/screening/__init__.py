"""Judges a call's caller number before it rings."""
