"""Sekisho: identity at the contract, fraud on the line, secrecy in the log, consent in the app."""
