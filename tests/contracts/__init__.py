"""Tests of the contract desk."""
