"""Tests of the verifier of this kind."""
