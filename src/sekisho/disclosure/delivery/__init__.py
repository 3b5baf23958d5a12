"""Handing an answer over: what leaves is packed with its manifest, encrypted for one recipient, released by a third
person while the gate is open, and receipted.

::

    decided ──prepare──▶ package (documents + manifest.json + SHA256SUMS, encrypted) ──release──▶ delivered ──receipt
                                                                                        └──redeliver: the same bytes

documents.py  what leaves of what was found: what was wanted, and nothing else         pure
manifest.py   the list of what is in a package, and its check                          pure
container.py  files as one tar whose bytes follow from them alone                      pure
recipient.py  whom it is encrypted for: RSA, P-256 or P-384 keys, or a passphrase
cms.py        CMS AuthEnvelopedData with AES-256-GCM, opened by ``openssl cms -decrypt``; der.py writes its DER
service.py    the steps, each with its leaf        errors.py
"""
