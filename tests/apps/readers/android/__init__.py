"""Tests of the Android reader."""
