"""Driving licences by their chip: the licence card, and the record on a My Number card (マイナ免許証).

Yields a ``chip_read`` with ``document: driving_licence``. The record holds no name and no address.
"""
