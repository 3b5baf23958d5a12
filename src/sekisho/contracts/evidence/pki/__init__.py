"""Certificates, signatures, revocation lists and OCSP answers: all ASN.1 of the JPKI verifier is read here.

Bytes in, values out: nothing here fetches, and the moment is always an argument.
"""
