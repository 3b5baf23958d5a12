"""Tests of :mod:`sekisho.logs.intervals`."""
