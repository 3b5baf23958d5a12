"""What is new in a scan against an earlier one. Pure.

Only what was observed or is in an app's file as code makes somebody a recipient: a row of a policy is no sending, and
neither is a host's name that is only written in the file. What isn't seen this time is never said to be gone: it wasn't
seen, or it couldn't be measured.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import Any, Final

from sekisho.apps.errors import BaselineRefused
from sekisho.apps.evidence import Grade
from sekisho.apps.items import ITEMS
from sekisho.apps.purposes import PURPOSES

FORMAT: Final = "sekisho/app-scan/1"
"""What a scan's document says it is."""
FLOWS_MOST: Final = 200_000
"""Flows of one document: twice what a recording may give."""

_SENT: Final = (Grade.OBSERVED, Grade.EMBEDDED)


@unique
class ChangeKind(StrEnum):
    """How two scans differ. Only ``NEW_RECIPIENT`` fails a build."""

    NEW_RECIPIENT = "new_recipient"
    NOW_OBSERVED = "now_observed"
    """It was in the app's file only, and is sent to now."""
    NEW_INFORMATION = "new_information"
    NEW_PURPOSE = "new_purpose"
    HOST_WRITTEN = "host_written"
    """A host's name is written in the app's file that wasn't before. No module and no sending: it fails nothing."""
    NOT_SEEN = "not_seen"
    """Measured as before, and not seen this time. That doesn't show that nothing is sent."""
    NOT_MEASURED = "not_measured"
    """It was there, and this scan didn't or couldn't look where it was seen."""


_WORDS: Final[Mapping[ChangeKind, tuple[str, str]]] = {
    ChangeKind.NEW_RECIPIENT: ("新しい送信先：{name}", "new recipient: {name}"),
    ChangeKind.NOW_OBSERVED: ("組み込みだけだった送信先への送信を観測：{name}",
                              "was in the file only, is sent to now: {name}"),
    ChangeKind.NEW_INFORMATION: ("同じ送信先への新しい情報：{name}：{what}", "new information: {name}: {what}"),
    ChangeKind.NEW_PURPOSE: ("同じ送信先の新しい目的：{name}：{what}", "new purpose: {name}: {what}"),
    ChangeKind.HOST_WRITTEN: ("アプリの中に新しく書かれているホスト名（部品でも送信でもない）：{name}",
                              "a host is newly written in the app (no module, no sending): {name}"),
    ChangeKind.NOT_SEEN: ("今回は見られなかった（なくなったとは限らない）：{name}",
                          "not seen this time (which doesn't show that it is gone): {name}"),
    ChangeKind.NOT_MEASURED: ("今回は測れていない（なくなったのではない）：{name}",
                              "not measured this time (not gone): {name}"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference. ``what`` is a slug of information or purpose where the change is about one."""

    kind: ChangeKind
    recipient: str
    name: str
    what: str = ""
    grade: Grade | None = None

    @property
    def order(self) -> tuple[int, str, str]:
        """Where it stands in a list."""
        return (list(ChangeKind).index(self.kind), self.recipient, self.what)

    def sentence(self, lang: str) -> str:
        """The change in words."""
        at = 0 if lang == "ja" else 1
        words: Any = ITEMS.get(self.what) or PURPOSES.get(self.what)
        what = self.what if words is None else (words.ja if lang == "ja" else words.en)
        return _WORDS[self.kind][at].format(name=self.name, what=what)

    def as_document(self) -> dict[str, Any]:
        """The change for machines."""
        return {
            "kind": self.kind.value,
            "recipient": self.recipient,
            "name": self.name,
            "what": self.what,
            "grade": self.grade.value if self.grade else None,
            "ja": self.sentence("ja"),
            "en": self.sentence("en"),
        }


@dataclass(slots=True)
class _Receives:
    """What one scan has of one recipient."""

    name: str
    grades: set[Grade] = field(default_factory=set)
    information: set[str] = field(default_factory=set)
    purposes: set[str] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)
    states: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is compared with: who received what in a scan, and what that scan looked at without a gap."""

    receives: Mapping[str, _Receives]
    written: Mapping[str, str]
    """Of whom no more than a host's name is written in a file: key to name."""
    whole: frozenset[tuple[str, str]]
    """Kind of target and state of consent that were looked at, where nothing of the target was left out."""


def baseline_of(document: Any, name: str) -> Baseline:
    """A scan's document as something to compare with. Raises :class:`BaselineRefused`."""
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise BaselineRefused(name=name, problem=f"format is not {FORMAT}")
    try:
        flows, targets = document["flows"], document["targets"]
        if not isinstance(flows, list) or not isinstance(targets, list) or len(flows) > FLOWS_MOST:
            raise BaselineRefused(name=name, problem="flows or targets")
        return Baseline(*_receives(flows), _whole(flows, targets))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise BaselineRefused(name=name, problem="a field isn't as it is written") from None


def _receives(flows: Iterable[Mapping[str, Any]]) -> tuple[Mapping[str, _Receives], Mapping[str, str]]:
    found: dict[str, _Receives] = {}
    written: dict[str, str] = {}
    for flow in flows:
        key = flow["recipient"] or flow["domain"] or flow["service"]
        seen = {grade: [each for each in flow[grade.value] if not _only_written(grade, each)] for grade in _SENT}
        grades = [grade for grade in _SENT if seen[grade]]
        if key and not flow["own"] and not grades and flow[Grade.EMBEDDED.value]:
            written.setdefault(str(key), str(flow["service"] or key))
        if not key or flow["own"] or not grades:
            continue
        into = found.setdefault(str(key), _Receives(str(flow["service"] or key)))
        into.grades.update(grades)
        if flow["information"]:
            into.information.add(str(flow["information"]))
        if flow["purpose"]:
            into.purposes.add(str(flow["purpose"]))
        for grade in grades:
            for each in seen[grade]:
                into.kinds.add(str(each["target"]["kind"]))
                into.states.add(str(each["consent"]))
    return found, {key: name for key, name in written.items() if key not in found}


def _only_written(grade: Grade, seen: Mapping[str, Any]) -> bool:
    """As :attr:`sekisho.apps.evidence.Piece.only_written`, of a piece in a document."""
    return grade is Grade.EMBEDDED and bool(seen["host"]) and not (seen["signature"] or seen["company"])


def _whole(flows: Iterable[Mapping[str, Any]], targets: Iterable[Mapping[str, Any]]) -> frozenset[tuple[str, str]]:
    gaps = {str(each["kind"]) for each in targets if each["not_measured"]}
    seen = {
        (str(piece["target"]["kind"]), str(piece["consent"]))
        for flow in flows for grade in _SENT for piece in flow[grade.value]
    }  # fmt: skip
    return frozenset(each for each in seen if each[0] not in gaps)


def changes(before: Baseline, after: Baseline) -> tuple[Change, ...]:
    """What the later scan has that the earlier hasn't, and what it doesn't show any more."""
    found: list[Change] = []
    for key, now in after.receives.items():
        strongest = Grade.OBSERVED if Grade.OBSERVED in now.grades else Grade.EMBEDDED
        old = before.receives.get(key)
        if old is None:
            found.append(Change(kind=ChangeKind.NEW_RECIPIENT, recipient=key, name=now.name, grade=strongest))
            continue
        if strongest is Grade.OBSERVED and Grade.OBSERVED not in old.grades:
            found.append(Change(kind=ChangeKind.NOW_OBSERVED, recipient=key, name=now.name, grade=strongest))
        found += (Change(kind=ChangeKind.NEW_INFORMATION, recipient=key, name=now.name, what=each)
                  for each in now.information - old.information)  # fmt: skip
        found += (Change(kind=ChangeKind.NEW_PURPOSE, recipient=key, name=now.name, what=each)
                  for each in now.purposes - old.purposes)  # fmt: skip
    found += (Change(kind=ChangeKind.HOST_WRITTEN, recipient=key, name=name, grade=Grade.EMBEDDED)
              for key, name in after.written.items() if key not in before.written and key not in before.receives)
    for key, old in before.receives.items():
        if key not in after.receives:
            looked = all((kind, state) in after.whole for kind in old.kinds for state in old.states)
            kind = ChangeKind.NOT_SEEN if looked else ChangeKind.NOT_MEASURED
            found.append(Change(kind=kind, recipient=key, name=old.name))
    return tuple(sorted(found, key=lambda one: one.order))
