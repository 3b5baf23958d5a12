"""Tests of what is read from files that strangers made."""
