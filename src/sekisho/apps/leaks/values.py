"""Values whose way is followed: the honey values of a form, or the operator's own test account."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import Final

from sekisho.apps.leaks.errors import ValueNotTelling


@unique
class Kind(StrEnum):
    """What a known value is. It decides in which spellings the value is looked for."""

    NAME = "name"
    KANA = "kana"
    """A name's reading, in kana of whatever width."""
    EMAIL = "email"
    PHONE = "phone"
    POSTAL = "postal"
    """Japanese postal code (郵便番号), seven digits."""
    ADDRESS = "address"
    BIRTHDAY = "birthday"
    """A date, year first."""
    ACCOUNT_ID = "account_id"
    PASSWORD = "password"  # noqa: S105  a kind of information, no secret
    ADVERTISING_ID = "advertising_id"
    DEVICE_ID = "device_id"
    SEARCH = "search"
    """Words typed into the service's own search."""
    MESSAGE = "message"
    """Words typed into a message or question."""


_INFORMATION: Final = {
    Kind.KANA: "name", Kind.POSTAL: "address", Kind.BIRTHDAY: "birth_date", Kind.MESSAGE: "messages",
}  # fmt: skip

PLACEHOLDERS: Final = frozenset({
    "null", "nil", "none", "undefined", "unknown", "test", "example", "anonymous", "guest", "true", "false", "string",
    "notavailable", "notset", "xxxxxxxx", "12345678", "123456789", "1234567890", "0123456789", "deadbeef",
    "9774d56d682e549c", "020000000000", "358240051111110", "test@example.com",
})  # fmt: skip
"""Values that stand for none, in lower case without hyphens and colons: they tell nobody apart. Among them the
``ANDROID_ID`` that Android 2.2 shared, the MAC address that Android and iOS give to apps, and the emulator's IMEI."""

LENGTH_MOST: Final = 500
"""Characters of a value; a longer one is no field of a form."""
_ASIDE: Final = re.compile(r"[\s:_-]+")


def is_nil(text: str) -> bool:
    """Whether a value stands for none: empty, a placeholder, one repeated character, or digits in order."""
    bare = _ASIDE.sub("", text).lower()
    return len(set(bare)) <= 1 or bare in PLACEHOLDERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One known value. ``label`` is what people call it (``test account 1``); reports show it, never the text.

    Raises :class:`ValueNotTelling` where the text would be found though nobody sent it.
    """

    kind: Kind
    text: str = field(repr=False)
    label: str = ""

    def __post_init__(self) -> None:
        """Refuses what tells nobody apart."""
        text = self.text.strip()
        digits = re.sub(r"\D", "", text)
        enough = {
            Kind.EMAIL: "@" in text and len(text) >= 8,
            Kind.PHONE: 9 <= len(digits) <= 15,
            Kind.POSTAL: len(digits) == 7,
            Kind.BIRTHDAY: re.fullmatch(r"(?:19|20)\d\d\D?\d{1,2}\D?\d{1,2}\D?", text) is not None,
        }.get(self.kind, len(text.encode()) >= 6)
        if not enough or is_nil(text) or len(text) > LENGTH_MOST:
            raise ValueNotTelling(kind=str(self.kind), label=self.label or str(self.kind))

    @property
    def information(self) -> str:
        """Its slug in :mod:`sekisho.apps.items`."""
        return _INFORMATION.get(self.kind, str(self.kind))
