"""The verifier that travels with an exported ledger: one file, the standard library and ``cryptography``."""
