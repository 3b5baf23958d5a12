"""Stores' forms against what was observed: Google Play's Data safety and Apple's privacy manifest.

一致 and 不一致 rest on observed sending alone. What is only in the app's file gives neither, and what a form declares
beyond what was seen is no offence. The forms have no row for what every transmission carries (address, user agent):
nothing is said of it here. Whether a form is right as a whole isn't said either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import Any, Final

from sekisho.apps.evidence import Reading, TargetKind
from sekisho.apps.flows import Flow, Seen
from sekisho.apps.items import ITEMS
from sekisho.apps.law.sent import key_of
from sekisho.apps.reconcile.origin import NOBODY_SAID, Origin, Origins
from sekisho.apps.reconcile.verdicts import place_order, places_of
from sekisho.errors import Lang

_MANIFEST: Final = "PrivacyInfo.xcprivacy"
_APPLE_PREFIX: Final = "NSPrivacyCollectedDataType"


@unique
class Platform(StrEnum):
    """Whose form it is."""

    PLAY = "play"
    APPLE = "apple"

    @property
    def form(self) -> str:
        """The form's name."""
        return "Google Play データ セーフティ" if self is Platform.PLAY else "Apple プライバシーマニフェスト"

    @property
    def form_en(self) -> str:
        """The form's name in English."""
        return "Google Play Data safety" if self is Platform.PLAY else "Apple privacy manifest"


_ORIGIN: Final = {Platform.PLAY: Origin.ANDROID, Platform.APPLE: Origin.IOS}


@unique
class Aspect(StrEnum):
    """What of the form it is about: that something is collected (leaves the device), or shared with others."""

    COLLECTED = "collected"
    SHARED = "shared"


@unique
class Agreement(StrEnum):
    """Whether form and traffic agree. The values are the words for people."""

    AGREES = "一致"
    DIFFERS = "不一致"
    NOT_MEASURED = "測定不能"

    @property
    def en(self) -> str:
        """The word in English."""
        return {"一致": "agrees", "不一致": "differs", "測定不能": "not measured"}[self.value]


@unique
class PlatformReason(StrEnum):
    """Why, with a sentence in both languages (:data:`SENTENCES`)."""

    DECLARED = "declared"
    UNDECLARED = "undeclared"
    DECLARED_ONLY = "declared_only"
    EMBEDDED_ONLY = "embedded_only"
    PROCESSORS_EXEMPT = "processors_exempt"
    MANNER_UNSAID = "manner_unsaid"
    NEARBY_TYPE = "nearby_type"
    NARROWER_TYPE = "narrower_type"
    NO_FORM = "no_form"
    FORM_READ_IN_PART = "form_read_in_part"
    WHOSE_TRAFFIC = "whose_traffic"


_P = PlatformReason
SENTENCES: Final[Mapping[PlatformReason, tuple[str, str]]] = {
    _P.DECLARED: ("申告されていて、送信も観測した。", "It is declared and was observed."),
    _P.UNDECLARED: ("送信を観測したが、申告にない。申告か送信を直す。",
                    "It was observed and isn't declared. Correct the form or stop sending."),
    _P.DECLARED_ONLY: ("申告にあり、この計測では観測していない。多く申告することは違反ではない。",
                       "It is declared and this scan didn't see it. Declaring more is no offence."),
    _P.EMBEDDED_ONLY: ("アプリに組み込まれているだけで、送信は観測していない。動かして測る。",
                       "It is only in the app's file; nothing sent was observed. Run it and measure."),
    _P.PROCESSORS_EXEMPT: ("第三者への送信を観測した。委託先などは「共有」の申告から除かれるため、人が確かめる。",
                           "Sending to a third party was observed. Processors are left out: is this sharing?"),
    _P.MANNER_UNSAID: ("種類は挙げられているが、収集すると申告されていない。人が確かめる。",
                       "The type stands there without saying that it is collected. Somebody must see."),
    _P.NEARBY_TYPE: ("近い種類だけが申告されている。同じものか人が確かめる。",
                     "Only a nearby type is declared. Somebody must see whether it means this."),
    _P.NARROWER_TYPE: ("申告にない。様式の種類はこの情報より狭いため、当たるか人が確かめる。",
                       "It isn't declared. The form's type is narrower: somebody must see whether it is meant."),
    _P.NO_FORM: ("申告が与えられていない。申告を加えて計測する。", "No form was given. Give it and scan again."),
    _P.FORM_READ_IN_PART: ("申告の一部を読めず、読めた部分にはない。申告を出し直す。",
                           "Part of the form couldn't be read, and it isn't in the rest. Export it again."),
    _P.WHOSE_TRAFFIC: ("どのアプリ・サイトの記録か分からない。何の記録かを指定して計測する。",
                       "Whose recording it is isn't known. Say what it was recorded from, and scan again."),
}  # fmt: skip

_NARROWER: Final = {
    # Both forms mean pages of the web, not the app's own; a cookie's id is a browser's, not a device's.
    Platform.PLAY: frozenset({"page_viewed", "referrer", "cookie_id", "advertising_data", "birth_date",
                              "other_personal"}),
    Platform.APPLE: frozenset({"page_viewed", "referrer", "cookie_id", "birth_date", "call_log", "files",
                               "other_personal"}),
}  # fmt: skip
_NEARBY: Final = {"coarse_location": "precise_location"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformFinding:
    """One kind of information on one form. ``types`` are the form's names for it; ``recipients`` who was observed to
    get it, by key; ``evidence`` what it rests on, ``declared`` where the form tells it."""

    platform: Platform
    aspect: Aspect
    information: str
    types: tuple[str, ...]
    agreement: Agreement
    reason: PlatformReason
    recipients: tuple[str, ...] = ()
    evidence: tuple[Seen, ...] = ()
    declared: tuple[Seen, ...] = ()

    @property
    def order(self) -> tuple[str, str, str]:
        """Where it stands in a list."""
        return (self.platform.value, self.information, self.aspect.value)

    def sentence(self, lang: Lang) -> str:
        """What is so, why, and what to do next."""
        item = ITEMS[self.information]
        shared = self.aspect is Aspect.SHARED
        if lang == "ja":
            return f"{self.platform.form}：{item.ja}{'（共有）' if shared else ''}：{SENTENCES[self.reason][0]}"
        return f"{self.platform.form_en}: {item.en}{' (sharing)' if shared else ''}: {SENTENCES[self.reason][1]}"

    def as_document(self) -> dict[str, Any]:
        """The finding for machines."""
        return {
            "platform": self.platform.value,
            "aspect": self.aspect.value,
            "information": self.information,
            "types": list(self.types),
            "verdict": self.agreement.value,
            "reason": self.reason.value,
            "ja": self.sentence("ja"),
            "en": self.sentence("en"),
            "recipients": list(self.recipients),
            "evidence": places_of(self.evidence),
            "evidence_count": len(self.evidence),
            "declared": places_of(self.declared),
        }


def platform(
    flows: Sequence[Flow], readings: Iterable[Reading], *, told: Mapping[str, Origin] = NOBODY_SAID
) -> tuple[PlatformFinding, ...]:
    """Each kind of information that a form has a type for and that was declared, embedded or observed.

    ``readings`` are those that the flows were made of: they say which forms were given and what couldn't be read of
    them. ``told`` says by a target's name what it was recorded from.
    """
    given = tuple(readings)
    origins = Origins((reading.target for reading in given), told)
    found: list[PlatformFinding] = []
    for each in Platform:
        if _ORIGIN[each] in origins.kinds:
            found += _Form(each, flows, given, origins).findings()
    return tuple(sorted(found, key=lambda one: one.order))


@dataclass(slots=True)
class _Kind:
    """What is known of one kind of information on one platform."""

    sure: set[Seen] = field(default_factory=set)
    unsure: set[Seen] = field(default_factory=set)
    embedded: set[Seen] = field(default_factory=set)
    declared: set[Seen] = field(default_factory=set)
    recipients: set[str] = field(default_factory=set)
    others: set[Seen] = field(default_factory=set)
    """What was surely observed to go to somebody else than the operator."""


class _Form:
    """One form with everything that bears on it."""

    def __init__(self, whose: Platform, flows: Sequence[Flow], readings: Sequence[Reading], origins: Origins) -> None:
        self._whose = whose
        self._origins = origins
        self._kinds: dict[str, _Kind] = {}
        for flow in flows:
            information = flow.key.information
            if information is not None and information in ITEMS and self._types_of(information):
                self._take(flow, self._kinds.setdefault(information, _Kind()))
        self._declared = {seen for kind in self._kinds.values() for seen in kind.declared}
        forms = [reading for reading in readings if self._has_form(reading)]
        self._given = bool(forms) or bool(self._declared)
        self._whole = not any(_has_gap(whose, reading) for reading in readings)

    def findings(self) -> Iterator[PlatformFinding]:
        """What is said of each kind."""
        told: set[str] = set()
        for information, kind in self._kinds.items():
            if kind.sure or kind.unsure or kind.embedded:
                told |= {information, *self._types_of(information)}
                yield self._collected(information, kind)
            if self._whose is Platform.PLAY and self._given and kind.others:
                yield self._shared(information, kind)
        for information in sorted(self._kinds):
            kind = self._kinds[information]
            # The first kind of a type stands for it: PSL_DEVICE_ID declares three of ours at once.
            fresh = {name for seen in kind.declared for name in self._names(seen, information)} - told
            if fresh and information not in told:
                told |= {information, *fresh}
                yield self._made(information, Aspect.COLLECTED, PlatformReason.DECLARED_ONLY, kind, set())

    def _take(self, flow: Flow, kind: _Kind) -> None:
        mine = _ORIGIN[self._whose]
        for seen in flow.observed:
            whose = self._origins.of(seen[0])
            if whose is mine:
                kind.sure.add(seen)
                if not flow.key.own:
                    kind.others.add(seen)
            elif whose is None:
                kind.unsure.add(seen)
            else:
                continue
            kind.recipients.add(key_of(flow))
        kind.embedded |= {seen for seen in flow.embedded if self._origins.of(seen[0]) is mine}
        kind.declared |= {seen for seen in flow.declared if self._on_form(seen)}

    def _collected(self, information: str, kind: _Kind) -> PlatformFinding:
        if not self._given:
            reason = PlatformReason.NO_FORM
        elif kind.sure:
            reason = self._of_sure(information)
        else:
            reason = PlatformReason.WHOSE_TRAFFIC if kind.unsure else PlatformReason.EMBEDDED_ONLY
        return self._made(information, Aspect.COLLECTED, reason, kind, kind.sure or kind.unsure or kind.embedded)

    def _of_sure(self, information: str) -> PlatformReason:
        wanted = set(self._types_of(information))
        on_it = [seen for seen in self._declared if wanted & self._names(seen, seen[1].information or "")]
        if on_it:
            collected = any(_manner(self._whose, seen, Aspect.COLLECTED) for seen in on_it)
            return PlatformReason.DECLARED if collected else PlatformReason.MANNER_UNSAID
        near = _NEARBY.get(information, information)
        if self._kinds[information].declared or (near in self._kinds and self._kinds[near].declared):
            return PlatformReason.NEARBY_TYPE
        if not self._whole:
            return PlatformReason.FORM_READ_IN_PART
        return PlatformReason.NARROWER_TYPE if information in _NARROWER[self._whose] else PlatformReason.UNDECLARED

    def _shared(self, information: str, kind: _Kind) -> PlatformFinding:
        wanted = set(self._types_of(information))
        shared = any(
            _manner(self._whose, seen, Aspect.SHARED)
            for seen in self._declared
            if wanted & self._names(seen, seen[1].information or "")
        )
        reason = PlatformReason.DECLARED if shared else PlatformReason.PROCESSORS_EXEMPT
        return self._made(information, Aspect.SHARED, reason, kind, kind.others)

    def _made(
        self, information: str, aspect: Aspect, reason: PlatformReason, kind: _Kind, evidence: set[Seen]
    ) -> PlatformFinding:
        agreement = {PlatformReason.DECLARED: Agreement.AGREES, PlatformReason.UNDECLARED: Agreement.DIFFERS}
        return PlatformFinding(
            platform=self._whose, aspect=aspect, information=information, types=self._types_of(information),
            agreement=agreement.get(reason, Agreement.NOT_MEASURED), reason=reason,
            recipients=tuple(sorted(kind.recipients)), evidence=_in_order(evidence), declared=_in_order(kind.declared),
        )  # fmt: skip

    def _types_of(self, information: str) -> tuple[str, ...]:
        item = ITEMS[information]
        return item.play if self._whose is Platform.PLAY else item.apple

    def _names(self, seen: Seen, information: str) -> set[str]:
        """The form's own names for what a piece declares: as written where that is one, else by its kind."""
        written = seen[1].words.partition(" ")[0]
        if self._whose is Platform.PLAY and written.startswith("PSL_"):
            return {written}
        bare = written.removeprefix(_APPLE_PREFIX)
        if self._whose is Platform.APPLE and any(bare in item.apple for item in ITEMS.values()):
            return {bare}
        return set(self._types_of(information)) if information in ITEMS else set()

    def _on_form(self, seen: Seen) -> bool:
        target, piece = seen
        if self._whose is Platform.PLAY:
            return target.kind is TargetKind.PLAY_DATA_SAFETY
        return target.kind is TargetKind.PRIVACY_MANIFEST or (
            target.kind is TargetKind.IOS and piece.place.path.endswith(_MANIFEST)
        )

    def _has_form(self, reading: Reading) -> bool:
        if self._whose is Platform.PLAY:
            return reading.target.kind is TargetKind.PLAY_DATA_SAFETY
        return reading.target.kind is TargetKind.PRIVACY_MANIFEST or (
            reading.target.kind is TargetKind.IOS and any(name == "privacy_manifest" for name, _ in reading.facts)
        )


_NOT_THE_MANIFEST: Final = frozenset({"program_encrypted", "program_broken", "code_of_engine", "no_code_read"})
"""What can be missing of an iOS app's file without anything of its manifests missing."""


def _has_gap(whose: Platform, reading: Reading) -> bool:
    """Whether something of a form may be missing in a reading."""
    kind = reading.target.kind
    if whose is Platform.PLAY:
        return kind is TargetKind.PLAY_DATA_SAFETY and bool(reading.not_measured)
    if kind is TargetKind.PRIVACY_MANIFEST:
        return bool(reading.not_measured)
    return kind is TargetKind.IOS and any(gap.reason not in _NOT_THE_MANIFEST for gap in reading.not_measured)


def _manner(whose: Platform, seen: Seen, aspect: Aspect) -> bool:
    """Whether a piece declares the type in this manner. Apple's manifest knows collection alone."""
    if whose is Platform.APPLE:
        return aspect is Aspect.COLLECTED
    words = set(seen[1].words.split()[1:])
    return bool(words & ({"collected", "collection"} if aspect is Aspect.COLLECTED else {"shared", "sharing"}))


def _in_order(seen: Iterable[Seen]) -> tuple[Seen, ...]:
    return tuple(sorted(seen, key=place_order))
