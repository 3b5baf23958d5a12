"""Screening beside a SIP proxy: the script inside Kamailio, its spool of evidence, a redirect server for small sites.

What runs inside the proxy imports the standard library alone, and nothing in it may keep a call from being placed: what
can't be read, judged or written down passes and is counted.
"""
