"""Ending a key so that anybody can check that it ended: what every desk's destructions share.

probing.py      asking another process whether a key still opens anything; probe.py is that process
steps.py        how far each destruction has come, noted so that a killed run goes on
certificate.py  the destruction certificate: making one, and checking one without the workspace
standalone/     the check as one file that needs nothing of Sekisho
"""
