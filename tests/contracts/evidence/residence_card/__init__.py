"""Residence cards."""
