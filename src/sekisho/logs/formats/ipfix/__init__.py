"""IPFIX (RFC 7011) and NetFlow version 9 (RFC 3954) with the NAT events of RFC 8158: messages in, events out.

``messages`` cuts bytes into messages and sets, ``templates`` keeps what each exporter announced, ``columns`` reads the
records of a template all at once, ``profiles`` says as data what a device's records mean, ``events`` makes events of
them, ``sequence`` finds what never came. ``reader`` puts them together, for files of messages (RFC 5655) and for
datagrams received live.
"""
