"""Readers of recorded traffic and of what platforms and tools export."""
