"""One service's app and its web site held against each other: who gets what from which (measure D6-1).

Only what was observed on a side is said of it. That the other side has nothing of a recipient is said only where that
side's traffic was recorded, and means this scan alone; what is only in the app's file is shown as that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import Any, Final

from sekisho.apps.evidence import Consent, Grade, Reading, Target, TargetKind
from sekisho.apps.flows import Flow, Seen
from sekisho.apps.items import ITEMS
from sekisho.apps.law.sent import key_of
from sekisho.apps.reconcile.origin import NOBODY_SAID, Origin, Origins
from sekisho.errors import Lang

_RECORDED: Final = frozenset({TargetKind.WEB, TargetKind.EVIDENCE_COLLECTOR, TargetKind.HAR, TargetKind.FLOWS,
                              TargetKind.PCAP})  # fmt: skip
"""Kinds of targets that hold traffic."""


@unique
class Side(StrEnum):
    """Which of the two."""

    APP = "app"
    WEB = "web"


@unique
class Standing(StrEnum):
    """How a recipient stands on the two sides."""

    BOTH = "both"
    APP_ALONE = "app_alone"
    WEB_ALONE = "web_alone"
    EMBEDDED = "embedded"
    """Observed on the web site, or nowhere, and in the app's file: whether the app sends isn't known."""
    NOT_MEASURED = "not_measured"
    """The other side's traffic wasn't recorded, or whose recording it is isn't known."""

    def words(self, lang: Lang) -> str:
        """The words for people."""
        return _WORDS[self][0 if lang == "ja" else 1]


_WORDS: Final = {
    Standing.BOTH: ("両方で観測", "observed in both"),
    Standing.APP_ALONE: ("アプリだけで観測", "observed in the app alone"),
    Standing.WEB_ALONE: ("サイトだけで観測", "observed on the site alone"),
    Standing.EMBEDDED: ("アプリに組込みのみ（送信は未観測）", "in the app's file (nothing sent observed)"),
    Standing.NOT_MEASURED: ("もう一方は測定不能", "the other side isn't measured"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One recipient on one side: the strongest evidence (``None``: none), what was observed to be sent, in which states
    of the visit, and how many pieces of evidence of that grade there are."""

    grade: Grade | None = None
    information: frozenset[str] = frozenset()
    states: frozenset[Consent] = frozenset()
    pieces: int = 0

    @property
    def observed(self) -> bool:
        """Whether anything was observed."""
        return self.grade is Grade.OBSERVED

    def as_document(self) -> dict[str, Any]:
        """The cell for machines."""
        return {
            "grade": self.grade.value if self.grade else None,
            "information": sorted(self.information),
            "states": sorted(self.states),
            "pieces": self.pieces,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One recipient on both sides."""

    recipient: str
    service: str
    app: Cell
    web: Cell
    standing: Standing

    @property
    def differs(self) -> tuple[frozenset[str], frozenset[str]]:
        """What only the app and what only the site was observed to send to it; nothing where one side wasn't seen, or
        only that something was sent."""
        if self.standing is not Standing.BOTH or not self.app.information or not self.web.information:
            return frozenset(), frozenset()
        return self.app.information - self.web.information, self.web.information - self.app.information

    def as_document(self) -> dict[str, Any]:
        """The row for machines."""
        app_alone, web_alone = self.differs
        return {
            "recipient": self.recipient, "service": self.service, "standing": self.standing.value,
            "standing_ja": self.standing.words("ja"), "app": self.app.as_document(), "web": self.web.as_document(),
            "app_alone": sorted(app_alone), "web_alone": sorted(web_alone),
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table for people: what it is, its columns, its rows of texts."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Both sides of one service. ``measured`` are the sides whose traffic was recorded; ``unplaced`` names recordings
    of which nobody said whether they are the app's or the site's: they count for neither."""

    rows: tuple[Compared, ...]
    measured: frozenset[Side]
    unplaced: tuple[str, ...] = ()

    def of(self, standing: Standing) -> tuple[Compared, ...]:
        """The rows of one standing."""
        return tuple(row for row in self.rows if row.standing is standing)

    def sentence(self, lang: Lang) -> str:
        """What the comparison found, and what it didn't look at."""
        counts = {standing: len(self.of(standing)) for standing in Standing}
        said = [f"{standing.words(lang)}{'：' if lang == 'ja' else ': '}{count}{'件' if lang == 'ja' else ''}"
                for standing, count in counts.items() if count]  # fmt: skip
        missing = [side for side in Side if side not in self.measured]
        between = "、" if lang == "ja" else "; "
        text = between.join(said) or ("送信先は観測されていない" if lang == "ja" else "no recipient was observed")
        text += "。" if lang == "ja" else "."
        for side in missing:
            name = {"app": ("アプリ", "the app"), "web": ("サイト", "the site")}[side.value]
            text += (f"{name[0]}の通信は記録がなく、測定不能。" if lang == "ja"
                     else f" There is no recording of {name[1]}: not measured.")  # fmt: skip
        if self.unplaced:
            names = "、".join(self.unplaced) if lang == "ja" else ", ".join(self.unplaced)
            text += f"どちらの記録か分からないもの：{names}。" if lang == "ja" else f" Whose isn't known: {names}."
        return text

    def table(self, lang: Lang) -> Table:
        """The comparison as a table for people."""
        if lang == "ja":
            columns = ("送信先", "アプリ", "サイト", "違い")
            caption = "アプリとサイトの送信先の比較"
        else:
            columns = ("Recipient", "App", "Web site", "Difference")
            caption = "Recipients of the app and of the web site"
        return Table(caption=caption, columns=columns, rows=tuple(
            (row.service or row.recipient, self._cell(row.app, Side.APP, lang), self._cell(row.web, Side.WEB, lang),
             _difference(row, lang))
            for row in self.rows
        ))  # fmt: skip

    def as_document(self) -> dict[str, Any]:
        """The comparison for machines."""
        return {
            "measured": sorted(self.measured),
            "unplaced": list(self.unplaced),
            "ja": self.sentence("ja"),
            "en": self.sentence("en"),
            "counts": {standing.value: len(self.of(standing)) for standing in Standing},
            "rows": [row.as_document() for row in self.rows],
        }

    def _cell(self, cell: Cell, side: Side, lang: Lang) -> str:
        ja = lang == "ja"
        if cell.observed:
            unseen = "送信のみ（中身は見えない）" if ja else "sent (contents unseen)"
            return item_names(cell.information, lang) or unseen
        if cell.grade is Grade.EMBEDDED:
            return "組込みのみ" if ja else "in the file only"
        if side not in self.measured:
            return "測定不能" if ja else "not measured"
        return "観測なし" if ja else "not observed"


def item_names(information: Iterable[str], lang: Lang) -> str:
    """Kinds of information by name, in the vocabulary's order."""
    wanted = set(information)
    names = [item.ja if lang == "ja" else item.en for slug, item in ITEMS.items() if slug in wanted]
    return ("、" if lang == "ja" else ", ").join(names)


def _difference(row: Compared, lang: Lang) -> str:
    app_alone, web_alone = row.differs
    parts = [row.standing.words(lang)]
    if app_alone:
        parts.append(f"アプリだけ：{item_names(app_alone, lang)}" if lang == "ja" else
                     f"app alone: {item_names(app_alone, lang)}")  # fmt: skip
    if web_alone:
        parts.append(f"サイトだけ：{item_names(web_alone, lang)}" if lang == "ja" else
                     f"site alone: {item_names(web_alone, lang)}")  # fmt: skip
    return ("。" if lang == "ja" else ". ").join(parts)


@dataclass(slots=True)
class _Gathered:
    service: str
    seen: dict[Side, dict[Grade, set[Seen]]] = field(
        default_factory=lambda: {side: {grade: set() for grade in Grade} for side in Side}
    )


def compare(
    flows: Sequence[Flow], readings: Iterable[Reading], *, told: Mapping[str, Origin] = NOBODY_SAID
) -> Comparison:
    """App and site of one service, recipient by recipient, in one order whatever order everything comes in.

    ``readings`` are those that the flows were made of; ``told`` says by a target's name what it was recorded from. Own
    hosts, and hosts that are only written in the app's file, are left out.
    """
    targets = tuple(reading.target for reading in readings)
    origins = Origins(targets, told)
    recorded = [target for target in targets if target.kind in _RECORDED]
    measured = {side for side in (_side(origins, each) for each in recorded) if side is not None}
    gathered: dict[str, _Gathered] = {}
    unplaced: set[str] = set()
    for flow in flows:
        if flow.key.own or not flow.key.named:
            continue
        into = _Gathered(flow.key.service)
        for grade in (Grade.OBSERVED, Grade.EMBEDDED):
            for seen in flow.of(grade):
                if seen[1].only_written:
                    continue
                side = _side(origins, seen[0])
                if side is None:
                    unplaced.add(seen[0].name)
                else:
                    into.seen[side][grade].add(seen)
        if any(seen for grades in into.seen.values() for seen in grades.values()):
            _merge(gathered.setdefault(key_of(flow), into), into)
    rows = [_compared(key, each, frozenset(measured)) for key, each in gathered.items()]
    order = list(Standing)
    unplaced |= {target.name for target in recorded if _side(origins, target) is None}
    return Comparison(
        rows=tuple(sorted(rows, key=lambda row: (order.index(row.standing), row.recipient))),
        measured=frozenset(measured), unplaced=tuple(sorted(unplaced)),
    )  # fmt: skip


def _merge(into: _Gathered, more: _Gathered) -> None:
    into.service = min(into.service, more.service)
    for side, grades in more.seen.items():
        for grade, seen in grades.items():
            into.seen[side][grade] |= seen


def _side(origins: Origins, target: Target) -> Side | None:
    of_app = origins.of_app(target)
    return None if of_app is None else Side.APP if of_app else Side.WEB


def _compared(key: str, gathered: _Gathered, measured: frozenset[Side]) -> Compared:
    app, web = (_cell(gathered.seen[side]) for side in (Side.APP, Side.WEB))
    return Compared(recipient=key, service=gathered.service, app=app, web=web, standing=_standing(app, web, measured))


def _cell(seen: Mapping[Grade, set[Seen]]) -> Cell:
    observed = seen[Grade.OBSERVED]
    if observed:
        return Cell(
            grade=Grade.OBSERVED, pieces=len(observed), states=frozenset(piece.consent for _, piece in observed),
            information=frozenset(piece.information for _, piece in observed if piece.information),
        )  # fmt: skip
    embedded = seen[Grade.EMBEDDED]
    return Cell(grade=Grade.EMBEDDED, pieces=len(embedded)) if embedded else Cell()


def _standing(app: Cell, web: Cell, measured: frozenset[Side]) -> Standing:
    if app.observed and web.observed:
        return Standing.BOTH
    if app.observed:
        return Standing.APP_ALONE if Side.WEB in measured else Standing.NOT_MEASURED
    if app.grade is Grade.EMBEDDED:
        return Standing.EMBEDDED
    return Standing.WEB_ALONE if Side.APP in measured else Standing.NOT_MEASURED
