"""RADIUS accounting as it travels (RFC 2866): packets, what proves them, and what they say.

``packet`` cuts packets and checks and makes authenticators; ``dictionary`` names the attributes that are read;
``paragraph`` writes a packet the way FreeRADIUS writes it into a ``detail`` file, so that a record means the same
whether it came over the wire or in a file; ``reader`` reads what a listener received.
"""
