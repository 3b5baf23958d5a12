"""商業登記に基づく電子証明書: a company's signature, verified by the registrar's certificate.

``verify.prove_register_signature`` is the way in; its steps stand at the top of ``verify.py``. Nothing here talks to
the registrar: revocation and nonces are asked of ports.
"""
