"""What a check concludes, in three layers whose conclusions never share a word.

``law`` says 適合/不適合, the guideline SPSI 対応/未対応 (it has no legal force, so it never says that anything is
broken), a platform's declaration 一致/不一致. What isn't concluded has the same three words everywhere: 要確認 (a
person must say), 測定不能 (it could not be looked at), 対象外 (it doesn't apply).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, unique
from typing import Any, Final

from sekisho.apps.evidence import Place
from sekisho.engine.facts import Text


@unique
class Layer(Enum):
    """Where an item comes from: what a conclusion about it can mean."""

    LAW = "law"
    GUIDELINE = "guideline"
    PLATFORM = "platform"


@unique
class LawVerdict(Enum):
    """On a duty by law. ``COMPLIANT`` speaks of what was measured; it is no permission and no opinion of a lawyer."""

    COMPLIANT = "compliant"
    NOT_COMPLIANT = "not_compliant"
    TO_CONFIRM = "to_confirm"
    NOT_APPLICABLE = "not_applicable"
    NOT_MEASURED = "not_measured"


@unique
class SpsiVerdict(Enum):
    """On an item of the guideline. Nothing here is a breach of anything."""

    ADDRESSED = "addressed"
    NOT_ADDRESSED = "not_addressed"
    TO_CONFIRM = "to_confirm"
    NOT_APPLICABLE = "not_applicable"
    NOT_MEASURED = "not_measured"


@unique
class PlatformVerdict(Enum):
    """Whether what a platform was told, or its terms say, agrees with what was found."""

    AGREES = "agrees"
    DIFFERS = "differs"
    NOT_APPLICABLE = "not_applicable"
    NOT_MEASURED = "not_measured"


Verdict = LawVerdict | SpsiVerdict | PlatformVerdict

WORDS: Final[Mapping[Verdict, Text]] = {
    LawVerdict.COMPLIANT: Text("適合", "compliant"),
    LawVerdict.NOT_COMPLIANT: Text("不適合", "not compliant"),
    LawVerdict.TO_CONFIRM: Text("要確認", "to be confirmed"),
    LawVerdict.NOT_APPLICABLE: Text("対象外", "not applicable"),
    LawVerdict.NOT_MEASURED: Text("測定不能", "could not be measured"),
    SpsiVerdict.ADDRESSED: Text("対応", "addressed"),
    SpsiVerdict.NOT_ADDRESSED: Text("未対応", "not addressed"),
    SpsiVerdict.TO_CONFIRM: Text("要確認", "to be confirmed"),
    SpsiVerdict.NOT_APPLICABLE: Text("対象外", "not applicable"),
    SpsiVerdict.NOT_MEASURED: Text("測定不能", "could not be measured"),
    PlatformVerdict.AGREES: Text("一致", "agrees"),
    PlatformVerdict.DIFFERS: Text("不一致", "differs"),
    PlatformVerdict.NOT_APPLICABLE: Text("対象外", "not applicable"),
    PlatformVerdict.NOT_MEASURED: Text("測定不能", "could not be measured"),
}
"""Each verdict in words for people."""


@unique
class Outcome(Enum):
    """What a layer's verdict is made from: the same five everywhere, before they get their layer's words."""

    GOOD = "good"
    BAD = "bad"
    ASK = "ask"
    OUTSIDE = "outside"
    UNMEASURED = "unmeasured"


_OF_LAYER: Final[Mapping[Layer, Mapping[Outcome, Verdict]]] = {
    Layer.LAW: {
        Outcome.GOOD: LawVerdict.COMPLIANT, Outcome.BAD: LawVerdict.NOT_COMPLIANT, Outcome.ASK: LawVerdict.TO_CONFIRM,
        Outcome.OUTSIDE: LawVerdict.NOT_APPLICABLE, Outcome.UNMEASURED: LawVerdict.NOT_MEASURED,
    },
    Layer.GUIDELINE: {
        Outcome.GOOD: SpsiVerdict.ADDRESSED, Outcome.BAD: SpsiVerdict.NOT_ADDRESSED,
        Outcome.ASK: SpsiVerdict.TO_CONFIRM, Outcome.OUTSIDE: SpsiVerdict.NOT_APPLICABLE,
        Outcome.UNMEASURED: SpsiVerdict.NOT_MEASURED,
    },
    # A declaration is compared or it isn't: what a person must still say means that it wasn't.
    Layer.PLATFORM: {
        Outcome.GOOD: PlatformVerdict.AGREES, Outcome.BAD: PlatformVerdict.DIFFERS,
        Outcome.ASK: PlatformVerdict.NOT_MEASURED, Outcome.OUTSIDE: PlatformVerdict.NOT_APPLICABLE,
        Outcome.UNMEASURED: PlatformVerdict.NOT_MEASURED,
    },
}  # fmt: skip


def verdict_of(layer: Layer, outcome: Outcome) -> Verdict:
    """An outcome in the words of its layer."""
    return _OF_LAYER[layer][outcome]


@dataclass(frozen=True, slots=True, kw_only=True)
class Degree:
    """How desirable an item is. ``confirmed`` is false until somebody has read the official degree of that version.

    ``code`` is a working hypothesis (``basic``, ``desirable``, ``benchmark``), or ``duty`` and ``effort`` where an
    article says so, or ``terms`` and ``monitoring`` where no degree exists.
    """

    code: str
    confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """An article behind a finding: citation, revision id (or that none was recorded), how well its text is known."""

    id: str
    label: Text
    revision: str
    text_state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was concluded on one item.

    ``aspect`` tells findings on one item apart (empty where there is one). ``why`` are sentences, each about one fact;
    ``evidence`` the places they rest on; ``next_step`` what to do now, empty where there is nothing to do.
    """

    item: str
    layer: Layer
    verdict: Verdict
    title: Text
    why: tuple[Text, ...]
    evidence: tuple[Place, ...] = ()
    next_step: tuple[Text, ...] = ()
    provisions: tuple[Provision, ...] = ()
    degree: Degree
    aspect: str = ""

    @property
    def words(self) -> Text:
        """The verdict in words."""
        return WORDS[self.verdict]

    def as_document(self) -> dict[str, Any]:
        """The finding for machines."""
        return {
            "item": self.item,
            "aspect": self.aspect,
            "layer": self.layer.value,
            "verdict": self.verdict.value,
            "words": _text(self.words),
            "title": _text(self.title),
            "why": [_text(each) for each in self.why],
            "evidence": [{"path": each.path, "offset": each.offset, "layers": list(each.layers)}
                         for each in self.evidence],
            "next_step": [_text(each) for each in self.next_step],
            "provisions": [{"id": each.id, "label": _text(each.label), "revision": each.revision,
                            "text_state": each.text_state} for each in self.provisions],
            "degree": {"code": self.degree.code, "confirmed": self.degree.confirmed},
        }  # fmt: skip


def _text(text: Text) -> dict[str, str]:
    return {"ja": text.ja, "en": text.en}
