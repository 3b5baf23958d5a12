"""Identity evidence verified from its bytes: one package per kind, each with the same files.

``model`` (what was read and what was verified), ``parse`` (strict, bounded), ``verify`` (the numbered steps),
``errors`` (one class per reason), ``profile`` (trust anchors and named strictness), ``ports`` (outside parties and
their simulators). :mod:`sekisho.contracts.evidence.steps` is what they share; ``pki`` holds the ASN.1.

Everything here but the ports is pure: bytes, a moment and a profile in, a report out.
"""
