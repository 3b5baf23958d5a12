"""Tests of signed caller numbers."""
