"""Tests of the iOS reader."""
