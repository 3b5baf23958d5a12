"""Tests of the adapters, against simulators over real HTTP on loopback."""
