"""What the decision core asks of lists and of line settings, as types. Standard library only.

The core knows no file and no database: whoever keeps the lists and the settings gives two objects of these shapes. A
look-up must be quick (it is asked for every call) and may raise; a call is then let through and counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique
from typing import Protocol


@unique
class Owner(StrEnum):
    """Whose list an entry stands on. Where several hold a number, the subscriber's own word comes first."""

    SUBSCRIBER = "subscriber"
    """The called subscriber's own list, good for that line only."""
    OPERATOR = "operator"
    IMPORTED = "imported"
    """A list from outside, for instance of numbers used for fraud."""


@unique
class Wish(StrEnum):
    """What is asked to happen to a call: by a list's entry, or by a line's settings. From mildest to hardest."""

    PASS = "pass"  # noqa: S105 - a call that passes, no password
    LABEL = "label"
    ANONYMISE = "anonymise"
    ANNOUNCE = "announce"
    REJECT = "reject"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An entry of a list that holds the caller's number at that moment.

    ``action`` is what the list asks for; :attr:`Wish.PASS` frees the number (an entry of what is to be let through, or
    one freed by an appeal). The action is a wish: what becomes of the call is for the rules and the line's settings.
    ``reason`` is the reason code of the entry. ``sip_status`` is the answer the list asks for beside
    :attr:`Wish.REJECT`: 603, 607 or 608; ``None`` leaves it to the rule.
    """

    list_id: str
    entry_id: str
    action: Wish
    reason: str
    owner: Owner
    sip_status: int | None = None


class NumberLists(Protocol):
    """All lists that are in force."""

    def find(self, digits: str, line: str | None, at: datetime) -> Hit | None:
        """The entry that holds a number for a line at a moment, or ``None``.

        ``digits`` are ASCII digits without separators: the national form of a Japanese number (``0312345678``), and
        ``+`` with country code and number for any other (``+12025550123``). An expired entry is no hit. Of several
        hits the subscriber's own comes first, then one that frees (:attr:`Wish.PASS`), then the hardest.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a line asks for in one case, and the consent that says so.

    ``consent`` is the id of the subscriber's consent, or of the document the operator's default rests on; ``None``
    only beside :attr:`Wish.PASS`, which alters nothing. ``sip_status`` is asked for beside :attr:`Wish.REJECT`: 603,
    607 or 608; ``None`` leaves it to the rule.
    """

    wish: Wish = Wish.PASS
    consent: str | None = None
    sip_status: int | None = None


PASSES = Choice()
"""Nothing is asked for: the call passes as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSettings:
    """What the called line asked for, case by case. Nothing asked for is the default."""

    anonymous_calls: Choice = PASSES
    """The caller shows no number, or asked that it not be shown."""
    foreign_calls: Choice = PASSES
    """The number shown is a foreign one, or the call came from abroad; a proven roaming number isn't one."""
    listed_calls: Choice = PASSES
    """The number is on the operator's or an imported list."""
    suspicious_calls: Choice = PASSES
    """A rule found the number suspicious without being sure enough to alter it."""


NO_SETTINGS = LineSettings()
"""Of a line that asked for nothing."""


class Lines(Protocol):
    """The settings of every line."""

    def settings(self, line: str | None) -> LineSettings:
        """The settings of a line; of an unknown line, or of none, the operator's default."""
        ...


class NoLists:
    """No list at all."""

    def find(self, digits: str, line: str | None, at: datetime) -> Hit | None:
        """Nothing is listed."""
        del digits, line, at
        return None


class SameForAll:
    """The same settings for every line: the operator's default alone."""

    def __init__(self, settings: LineSettings = NO_SETTINGS) -> None:
        """``settings`` hold the document their default rests on as consent."""
        self._settings = settings

    def settings(self, line: str | None) -> LineSettings:
        """The default, whatever the line."""
        del line
        return self._settings
