"""Errors of the HTTP interface.

::

    NotPermitted
    └── TokenMissing        no bearer token was sent
    InputRefused
    ├── BodyTooLarge        the body is larger than anything this address takes
    ├── BodyNotObject       the body is not one JSON object
    ├── QueryRefused        a query parameter or header is not of its form
    ├── NoSuchAddress       nothing answers at this address
    └── MethodUnknown       the address does not take this method
    Unavailable
    └── ServerFault         a fault of the server's own
"""

from __future__ import annotations

from sekisho.api.words import QueryWords
from sekisho.errors import InputRefused, NotPermitted, Unavailable


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


class BodyNotObject(InputRefused):
    """The body is not one JSON object in UTF-8."""

    reason = "body_not_object"
    ja = "本文はUTF-8のJSONオブジェクト1件で送ってください。"
    en = "Send the body as one JSON object in UTF-8."


class QueryRefused(QueryWords, InputRefused):
    """A query parameter or header is not of its form."""

    reason = "query_refused"
    http_status = 422
    ja = "「{name}」の値が正しくありません。{expected} の形で送ってください。"
    en = "The value of '{name}' is not acceptable. It must be {expected}."


class NoSuchAddress(InputRefused):
    """Nothing answers at this address. Fields: ``path``."""

    reason = "no_such_address"
    http_status = 404
    ja = "{path} という宛先はありません。/v1/openapi.json で確かめてください。"
    en = "There is nothing at {path}. See /v1/openapi.json."


class MethodUnknown(InputRefused):
    """The address does not take this method. Fields: ``method``, ``allowed``."""

    reason = "method_not_allowed"
    http_status = 405
    ja = "この宛先は {method} を受け付けません（受け付けるもの: {allowed}）。"
    en = "This address does not take {method}; it takes {allowed}."


class ServerFault(Unavailable):
    """A fault of the server's own. It is in the server's log; nothing of it is told."""

    reason = "internal_error"
    http_status = 500
    ja = "サーバーの不具合で答えられませんでした。同じ Idempotency-Key でもう一度送るか、運用担当に知らせてください。"
    en = "A fault of the server. Send it again with the same Idempotency-Key, or tell whoever runs the server."
