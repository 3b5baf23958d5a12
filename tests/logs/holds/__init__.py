"""Tests of holds: each limit of the law, what is copied, what survives."""
