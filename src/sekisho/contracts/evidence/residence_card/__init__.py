"""Residence cards and special permanent resident certificates of both generations, read by their chip.

The reading itself (secure messaging with the card's number) was the reading application's: only its word is recorded.
"""
