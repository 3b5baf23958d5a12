"""What the knowledge base of recipients refuses.

::

    SekishoError
    ├── CheckFailed
    │   └── RecipientsFaulty    the shipped or given rows have faults; all of them are listed
    └── InputRefused
        ├── RecipientsRefused   a file of recipients can't be read as one
        ├── CollectionRefused   somebody else's collection can't be read as what it was said to be
        └── UnknownRecipient    no row has this id
"""

from __future__ import annotations

from sekisho.errors import CheckFailed, InputRefused


class RecipientsRefused(InputRefused):
    """A file of recipients can't be read. Fields: ``file``, ``line``, ``problem``."""

    reason = "recipients_refused"
    http_status = 422
    ja = "送信先のデータを読み込めません（{file} {line}行目: {problem}）。その行を直してください。"
    en = "The file of recipients can't be read ({file}, line {line}: {problem}). Mend that line."


class RecipientsFaulty(CheckFailed):
    """Rows contradict each other. Fields: ``count``, ``faults`` (list of sentences)."""

    reason = "recipients_faulty"
    ja = "送信先のデータに矛盾が{count}件あります。一覧を見て直してください。"
    en = "The rows of recipients have {count} faults. See the list, and mend them."


class CollectionRefused(InputRefused):
    """Somebody else's collection can't be read. Fields: ``collection``, ``problem``."""

    reason = "recipient_collection_refused"
    http_status = 422
    ja = "送信先の外部データ（{collection}）を読み込めません（{problem}）。形式と版を確かめてください。"
    en = "The collection {collection} can't be read ({problem}). Check its format and version."


class UnknownRecipient(InputRefused):
    """No row has this id. Fields: ``id``."""

    reason = "unknown_recipient"
    http_status = 404
    ja = "送信先「{id}」はありません。`sekisho app recipients list` で確かめてください。"
    en = "There is no recipient {id!r}. See `sekisho app recipients list`."
