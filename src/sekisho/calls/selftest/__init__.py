"""Continuous self-test of egress: calls with numbers that aren't the trunk's must be caught, and somebody is told where
they aren't."""
