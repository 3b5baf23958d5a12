"""Errors of the HTTP interface.

::

    NotPermitted
    └── TokenMissing        no bearer token was sent
    InputRefused
    ├── BodyTooLarge        the body is larger than anything this address takes
    └── QueryRefused        a query parameter or header is not of its form
"""

from __future__ import annotations

from sekisho.errors import InputRefused, NotPermitted


class TokenMissing(NotPermitted):
    """No bearer token was sent."""

    reason = "token_missing"
    http_status = 401
    ja = "Authorization: Bearer にトークンを付けて送ってください。`sekisho staff token` で発行できます。"
    en = "Send a token in 'Authorization: Bearer'; `sekisho staff token` issues one."


class BodyTooLarge(InputRefused):
    """The body is larger than anything this address takes."""

    reason = "body_too_large"
    http_status = 413
    ja = "送られた本文が大きすぎます（上限 {limit} バイト）。"
    en = "The body is too large (at most {limit} bytes)."


class QueryRefused(InputRefused):
    """A query parameter or header is not of its form."""

    reason = "query_refused"
    http_status = 422
    ja = "「{name}」の値が正しくありません。{expected} の形で送ってください。"
    en = "The value of '{name}' is not acceptable. It must be {expected}."
