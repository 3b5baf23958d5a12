"""Tests of passports."""
