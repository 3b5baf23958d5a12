"""公的個人認証 (JPKI): signatures by the certificates on the My Number card, verified.

``verify.verify_signing`` and ``verify.verify_authentication`` are the way in; their steps stand at the top of
``verify.py``. Nothing here talks to J-LIS: revocation and nonces are asked of ports.
"""
