"""Tests of :mod:`sekisho.cli`."""
