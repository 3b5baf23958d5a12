"""Passports read by their chip: passive authentication (ICAO 9303-11 §5.1), and active authentication if it was done.

A chip that authenticates passively holds what the state issued. That it is the chip the state issued it in is another
question, which only active or chip authentication answers: a copied chip passes everything else.
"""
