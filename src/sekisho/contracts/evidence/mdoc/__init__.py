"""The smartphone My Number card (カード代替電磁的記録) as a mobile document of ISO/IEC 18013-5, verified.

``verify.verify_record`` is the way in; its steps stand in ``steps.py``. Nothing here talks to the phone, the wallet or
the issuer: the response and the session it was made for are handed over as bytes.
"""
