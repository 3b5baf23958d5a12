"""Reliance on another firm's verification: OpenID Connect for Identity Assurance, and what the two firms agreed.

Yields a ``reliance_result``. No law has this method: rules that look at it are proposals and decide nothing.
"""
