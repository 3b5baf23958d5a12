"""Tests of :mod:`sekisho.keys`."""
