"""Tests of the purge of days: nothing readable afterwards, and a certificate that holds."""
