"""Tests of face-match results."""
