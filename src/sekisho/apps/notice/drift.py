"""What changed between two copies for machines of one notice: the published one and what is given now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from sekisho.apps.notice.model import FORMAT
from sekisho.errors import Lang

_BY_RECIPIENT: Final = {
    "recipients": ("送信先の一覧", "recipients"),
    "opt_outs": ("止めることができる送信", "opt-outs"),
    "not_needed": ("載せていない送信", "not needed"),
}
BEHIND: Final = "history"
"""What is missing where the history says nothing of a change."""
_TOPS: Final = ("operator", "service", "contact", "address", "changes", "missing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that differs: ``kind`` is ``added``, ``removed`` or ``changed``; ``fields`` which of its parts."""

    kind: str
    where: str
    who: str
    fields: tuple[str, ...] = ()

    def sentence(self, lang: Lang) -> str:
        """The difference for people."""
        at = 0 if lang == "ja" else 1
        word = {
            "added": ("加わった", "added"),
            "removed": ("なくなった", "removed"),
            "changed": ("変わった", "changed"),
        }
        place = _BY_RECIPIENT.get(self.where, (self.where, self.where))[at]
        what = f"{place}：{self.who}" if lang == "ja" and self.who else f"{place}: {self.who}" if self.who else place
        fields = f"（{'、'.join(self.fields)}）" if lang == "ja" else f" ({', '.join(self.fields)})"
        return f"{what}{'が' if lang == 'ja' else ' '}{word[self.kind][at]}{fields if self.fields else ''}"

    def as_document(self) -> dict[str, Any]:
        """The difference for machines."""
        return {"kind": self.kind, "where": self.where, "recipient": self.who, "fields": list(self.fields)}


def published(data: bytes) -> Mapping[str, Any] | None:
    """The copy for machines that was published; ``None`` where it can't be read as one."""
    try:
        known = orjson.loads(data)
    except orjson.JSONDecodeError:
        return None
    return known if isinstance(known, dict) and known.get("format") == FORMAT else None


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[Difference, ...]:
    """What differs, in one order. ``before`` may be anybody's: what isn't in the right shape counts as not there."""
    return tuple(_differences(before, now))


def _differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Difference]:
    for where in _BY_RECIPIENT:
        old, new = _by_recipient(before.get(where)), _by_recipient(now.get(where))
        for who in sorted(old.keys() | new.keys()):
            if who not in old:
                yield Difference(kind="added", where=where, who=who)
            elif who not in new:
                yield Difference(kind="removed", where=where, who=who)
            elif old[who] != new[who]:
                fields = [name for name in {**old[who], **new[who]} if old[who].get(name) != new[who].get(name)]
                yield Difference(kind="changed", where=where, who=who, fields=tuple(fields))
    for name in _TOPS:
        if before.get(name) != now.get(name):
            yield Difference(kind="changed", where=name, who="")


def _by_recipient(rows: Any) -> dict[str, dict[str, Any]]:
    given = rows if isinstance(rows, list) else []
    return {str(row.get("recipient")): row for row in given if isinstance(row, dict)}


def history_is_behind(before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether what is told of recipients changed since a complete notice, and the history has no line that it hadn't.

    A draft that says so of itself (:data:`BEHIND` among its gaps) stays behind until there is a line; a draft that was
    never complete is nothing that anybody was told.
    """
    lines, gaps = before.get("changes"), before.get("missing")
    if any(line not in (lines if isinstance(lines, list) else []) for line in now.get("changes", [])):
        return False
    if before.get("complete") is True:
        return any(each.where in _BY_RECIPIENT for each in differences(before, now))
    return any(isinstance(gap, dict) and gap.get("what") == BEHIND for gap in (gaps if isinstance(gaps, list) else []))
