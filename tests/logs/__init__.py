"""Tests of :mod:`sekisho.logs`."""
