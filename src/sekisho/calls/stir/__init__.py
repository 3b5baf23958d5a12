"""STIR: signed caller numbers (RFC 8224, 8225, 8226, 8588, 8946), an optional part of the calls desk.

A valid signature says that the number isn't spoofed, as far as its signer vouches for it. It says nothing about whether
the call is wanted: no type here has a notion of that. "Could not check" is neither valid nor invalid.

    telephone.py        canonical numbers and addresses        number_set.py   numbers and ranges of them
    identity_header.py  the SIP header                         extensions.py   TNAuthList, JWT claim constraints
    passport.py         the token, full and compact            credential.py   certificates and their path
    verify.py           verification, step by step             revocation.py   revocation lists, given as bytes
    request.py          what goes in                           store.py        certificates held, by URL
    verdict.py          what comes out                         key.py          keys that sign
    sign.py             signing for own numbers                ports.py        fetching, with a simulator
    settings.py         dated settings                         errors.py       reasons; refusals.py

Pure, but for ``https_source.py``: the moment is an argument, and nothing is fetched while a call is judged. Not done:
``rph`` and ``rcd`` PASSporTs (could not check), certificates that keep their numbers elsewhere, addresses as callers.
"""
