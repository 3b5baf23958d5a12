"""Simulators of the outside parties, served over real HTTP on loopback: for tests and ``sekisho demo``.

All people and companies in them are made up.
"""
