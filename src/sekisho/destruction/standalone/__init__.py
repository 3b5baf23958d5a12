"""What an auditor runs without Sekisho: one file, Python 3.9 and ``cryptography``."""
