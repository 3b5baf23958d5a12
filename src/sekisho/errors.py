"""Errors every part of Sekisho shares.

::

    SekishoError
    ├── CheckFailed       exit 1, HTTP 422   a check the command exists to make failed
    ├── InputRefused      exit 2, HTTP 4xx   what was given cannot be accepted; nothing was written
    │   └── IdempotencyKeyReused               an idempotency key that stands for another request
    ├── NotPermitted      exit 3, HTTP 401/403
    └── Unavailable       exit 4, HTTP 503   could not be done now; says nothing about the answer

Each package has its own ``errors.py`` with one class per reason below one of these four. What several desks refuse
for the same reason stands here.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

Lang = Literal["ja", "en"]


class SekishoError(Exception):
    """A failure with a reason for machines and a sentence for people that says what to do next.

    A subclass sets ``reason`` (a stable slug), ``exit_code``, ``http_status`` and the templates ``ja`` and ``en``,
    which are filled from the keyword arguments given at raise time (the *fields*).
    """

    reason: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 4
    http_status: ClassVar[int] = 500
    ja: ClassVar[str] = "処理できませんでした。"
    en: ClassVar[str] = "It could not be done."

    def __init__(self, **fields: Any) -> None:
        """``fields`` fill the sentence and are given to machines as they are; never put a secret in one."""
        self.fields = fields
        super().__init__(self.sentence("en"))

    def sentence(self, lang: Lang) -> str:
        """The sentence in ``lang``."""
        return (self.ja if lang == "ja" else self.en).format(**self.fields)

    def as_document(self) -> dict[str, Any]:
        """The error for machines: reason, fields and both sentences."""
        return {
            "reason": self.reason,
            "fields": {
                key: str(value) if not isinstance(value, (int, bool, list, dict)) else value
                for key, value in self.fields.items()
            },
            "message": {"ja": self.sentence("ja"), "en": self.sentence("en")},
        }


class CheckFailed(SekishoError):
    """A check the command exists to make failed: the thing checked is not as it should be."""

    exit_code = 1
    http_status = 422


class InputRefused(SekishoError):
    """What was given cannot be accepted. Nothing was written."""

    exit_code = 2
    http_status = 400


class IdempotencyKeyReused(InputRefused):
    """The idempotency key stands for another request of this caller already. Nothing was decided or written."""

    reason = "idempotency_key_reused"
    http_status = 422
    ja = "Idempotency-Key「{key}」は別の内容の依頼に使われています。新しい内容には新しい値を付けてください。"
    en = "The Idempotency-Key '{key}' stands for a different request. Give a new request a new key."


class NotPermitted(SekishoError):
    """The caller may not do this."""

    exit_code = 3
    http_status = 403


class Unavailable(SekishoError):
    """It could not be done now; this says nothing about what the answer would have been."""

    exit_code = 4
    http_status = 503
