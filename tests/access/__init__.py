"""Tests of :mod:`sekisho.access`."""
