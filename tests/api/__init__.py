"""Tests of :mod:`sekisho.api`."""
