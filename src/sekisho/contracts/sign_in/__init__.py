"""Sign-ins at other providers, live: begun here, finished here once, and kept as evidence.

service.py       begin and finish            credentials.py   how this workspace proves itself to providers
tables.py        credentials, encrypted      errors.py        one class per reason
"""
