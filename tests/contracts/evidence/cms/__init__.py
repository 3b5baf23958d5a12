"""Tests of signed data, certificates and keys."""
