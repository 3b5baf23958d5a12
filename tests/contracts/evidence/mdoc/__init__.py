"""Tests of smartphone cards."""
