"""Tests of the disclosure desk."""
