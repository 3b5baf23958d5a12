"""Outside parties of a workspace: whom it asks while it verifies, at which address, with which key.

parties.py     set, removed and listed; the adapters that ask      errors.py     one class per reason
tables.py      addresses, and keys encrypted                       waiting.py    threads for what waits on somebody else
"""
