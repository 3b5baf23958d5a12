"""Tests of the evidence verifiers."""
