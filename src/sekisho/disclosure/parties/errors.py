"""Errors of parties and their messages.

::

    InputRefused
    ├── PartyRefused        a field of a party can't be accepted
    ├── UnknownParty        nobody is registered under this id
    ├── MessageRefused      a message that can't be read, or says what no message says
    │   └── MessageChanged  a message id that stands for another message
    └── PartyTaken          somebody else is registered under this id
    NotPermitted
    └── NotSigned           a message that no registered key signed, for us, at this time
"""

from __future__ import annotations

from sekisho.errors import InputRefused, NotPermitted


class PartyRefused(InputRefused):
    """A field of a party can't be accepted. Fields: ``field``, ``problem``."""

    reason = "disclosure_party_refused"
    http_status = 422
    ja = "相手方の「{field}」を受け付けられません（{problem}）。"
    en = "The party's '{field}' can't be accepted ({problem})."


class UnknownParty(InputRefused):
    """Nobody is registered under this id. Fields: ``party``."""

    reason = "unknown_disclosure_party"
    http_status = 404
    ja = "「{party}」という相手方は登録されていません。"
    en = "No party {party} is registered."


class PartyTaken(InputRefused):
    """Somebody else is registered under this id. Fields: ``party``."""

    reason = "disclosure_party_taken"
    http_status = 409
    ja = "「{party}」は別の内容で登録されています。登録を終えて、新しい名前で登録してください。"
    en = "{party} is registered with other particulars. End it and register a new id."


class MessageRefused(InputRefused):
    """A message that can't be read, or says what no message says. Fields: ``field``, ``problem``; never the value."""

    reason = "disclosure_message_refused"
    http_status = 422
    ja = "電文の「{field}」を受け付けられません（{problem}）。"
    en = "The message's '{field}' can't be accepted ({problem})."


class MessageChanged(MessageRefused):
    """A message id that stands for another message already. Fields: ``field``, ``problem``."""

    reason = "disclosure_message_changed"
    http_status = 409
    ja = "この電文番号は別の内容の電文に使われています。新しい電文には新しい番号を付けてください。"
    en = "This message id stands for another message. Give a new message a new id."


class NotSigned(NotPermitted):
    """No registered key signed the message, for us, at this time: which of them is told only where the sender is
    known. Fields: ``problem``."""

    reason = "disclosure_message_not_signed"
    http_status = 401
    ja = "登録された相手方の署名を確かめられません（{problem}）。"
    en = "The message isn't signed by a registered party ({problem})."
