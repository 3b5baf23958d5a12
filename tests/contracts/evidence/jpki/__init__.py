"""Tests of the JPKI verifier."""
