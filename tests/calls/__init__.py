"""Tests of the desk for calls."""
