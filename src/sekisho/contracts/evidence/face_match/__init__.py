"""Face matches: a provider's signed result, verified. Sekisho compares no faces itself.

``verify.verify_result`` is the way in; its steps stand in ``steps.py``. Pictures never come here: only the digest of
the photo that the provider compared.
"""
