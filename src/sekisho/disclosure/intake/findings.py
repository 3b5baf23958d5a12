"""One thing that was noticed about a request, for whoever sent it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made
from types import MappingProxyType
from typing import Any, Final

from sekisho.disclosure.intake.finding_words import WORDINGS, Code, Kind
from sekisho.disclosure.intake.times import BothWays, japan_words, plain_words
from sekisho.engine.facts import Text

MAX_SHOWN: Final = 80
"""Characters of the sender's own words that a finding repeats: a line of a letter."""

AUDIENCE: Final = "requester"
"""Whom every finding addresses. It names nothing that they didn't write themselves, or that isn't public."""

_NOTHING: Final[Mapping[str, str | int]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Finding:
    """``item`` is its number in the request (None: the request as a whole); ``line`` its line in a file.

    ``ways`` are what a time without a zone would be; ``said`` fills the sentence.
    """

    code: Code
    item: int | None = None
    field: str = ""
    line: int | None = None
    ways: BothWays | None = None
    said: Mapping[str, str | int] = made(default_factory=lambda: _NOTHING)

    @property
    def kind(self) -> Kind:
        """What it leads to."""
        return WORDINGS[self.code].kind

    @property
    def text(self) -> Text:
        """The sentence."""
        words = WORDINGS[self.code].text
        said = {"field": self.field, "line": self.line, **self.said}
        return Text(words.ja.format_map(said), words.en.format_map(said))

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        found: dict[str, Any] = {
            "code": self.code.value,
            "kind": self.kind.value,
            "audience": AUDIENCE,
            "item": self.item,
            "line": self.line,
            "field": self.field,
            "message": {"ja": self.text.ja, "en": self.text.en},
        }
        if self.ways is not None:
            found["ways"] = ways_document(self.ways)
        return found


def shown(written: str) -> str:
    """The sender's words as a letter repeats them: on one line, and cut."""
    text = " ".join("".join(one if one.isprintable() else " " for one in written).split())
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"


def ways_document(ways: BothWays) -> dict[str, Any]:
    """What a time without a zone would be, either way, as JSON values: each in Japan time and in UTC."""
    return {
        "if_japan_time": {"ja": japan_words(ways.japan, ways.precision), "both": plain_words(ways.japan)},
        "if_utc": {"ja": japan_words(ways.utc, ways.precision), "both": plain_words(ways.utc)},
    }
