"""Checks on what the report asks of apps for young people (D1): reporting, blocking, guardians, advertisements.

SPSI has no legal force and store terms are no law: the words are 対応/未対応 and 一致/不一致. That a file has no words
of a function doesn't show that the app has none.
"""
