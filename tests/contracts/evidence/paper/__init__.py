"""Tests of what a person saw."""
