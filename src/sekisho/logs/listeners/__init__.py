"""Live listeners: what devices send is kept in the source's encrypted spool before anything else happens to it.

::

    UDP ──datagrams──┐
    TCP, TLS ─frames─┼─▶ sink ──▶ spool (synced) ──▶ acknowledgement (RADIUS)
    RADIUS ──proof───┘             └─▶ drain, every few seconds ──▶ the store, as any file

Memory is bounded everywhere: what can be slowed down (TCP) isn't read while the sink is full; what can't (UDP) is
dropped and counted, and becomes a gap of the source. ``listening`` puts it together for one source and ends it cleanly.
"""
