"""Tests of certificates, revocation lists and OCSP."""
