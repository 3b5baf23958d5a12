"""Tests of :mod:`sekisho.logs.clocks`."""
