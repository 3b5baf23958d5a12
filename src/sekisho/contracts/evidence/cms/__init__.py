"""Signed data (CMS, RFC 5652) and the certificates and keys under it, read strictly: what passports are built on.

Knows no trust and no document: it says what is written and whether a signature is by a key. ``cryptography`` computes;
it doesn't parse here, because its loader refuses country certificates in use today (an ECDSA algorithm with a NULL
parameter, curves written out as parameters).
"""
