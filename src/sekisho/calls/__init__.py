"""The desk for calls: whose number a caller shows, and what becomes of the call.

What this desk does not do: it keeps no content of calls, and what it knows of them reaches another desk only as an
event that :mod:`sekisho.events` lists with its ground.
"""
