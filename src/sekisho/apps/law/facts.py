"""What a scan can know of one service: everything in one of three states.

Known (with its places), not measured (with the reason), or not applicable. Absence of evidence has no fourth state:
a page that couldn't be opened, a recording without traffic and a policy that is a picture are *not measured*, never
false.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, unique
from typing import Final, Generic, TypeVar

from sekisho.apps.evidence import Consent, NotMeasured, Place
from sekisho.apps.law.catalogue import Actor
from sekisho.apps.law.errors import UnknownObservation
from sekisho.apps.law.vocabulary import OBSERVATIONS

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Known(Generic[T]):
    """It was looked at, and this is what was found."""

    value: T
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """It couldn't be looked at: a reason's slug and a sentence in both languages."""

    reason: str
    ja: str
    en: str

    @classmethod
    def of(cls, gap: NotMeasured) -> Unmeasured:
        """From what a reader couldn't look at."""
        return cls(gap.reason, gap.ja, gap.en)


@dataclass(frozen=True, slots=True)
class Inapplicable:
    """There is nothing to look at, and why."""

    ja: str
    en: str


Fact = Known[T] | Unmeasured | Inapplicable

NOT_LOOKED: Final = Unmeasured("not_looked", "調べていません。", "It wasn't looked at.")
"""Nobody looked: how everything begins."""


@unique
class Medium(Enum):
    """What the service is used through: where the notice must stand depends on it (規則22条の2の28第3項)."""

    WEB = "web"
    APP = "app"


@unique
class Basis(Enum):
    """What the operator relies on for one sending. They are alternatives (法27条の12). A person says which."""

    PUBLICATION = "publication"
    """Put where it is easily found (容易に知り得る状態)."""
    NOTIFICATION = "notification"
    """Shown at once (通知)."""
    CONSENT = "consent"
    OPT_OUT = "opt_out"
    NECESSARY = "necessary"
    """Exemption 1: truly necessary, within what is necessary."""
    OWN_IDENTIFIER = "own_identifier"
    """Exemption 2: an identifier the operator gave, sent to the operator's own equipment."""


@unique
class Stated(Enum):
    """How something is told. ``VAGUE``: only words that cover anything (等, サービス向上のため)."""

    CLEAR = "clear"
    VAGUE = "vague"
    ABSENT = "absent"


@unique
class OptOutItem(Enum):
    """The seven things that an opt-out publishes (規則22条の2の31)."""

    MEASURE = "measure"
    WHICH = "which"
    """Whether sending stops, or use."""
    HOW = "how"
    LIMITS = "limits"
    INFORMATION = "information"
    RECIPIENT = "recipient"
    PURPOSE = "purpose"


@unique
class OptOutKind(Enum):
    """What an opt-out stops."""

    SENDING = "sending"
    USE = "use"
    UNSAID = "unsaid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """What one recipient was observed to get.

    ``recipient`` is the key under which a notice's row speaks of it (the knowledge base's id, or a domain);
    ``information`` slugs of :mod:`sekisho.apps.items`, empty where only a host's name was seen. ``states`` are the
    states of the visit in which it was sent, ``pages`` the pages on which it began. ``own``: a host of the operator's;
    ``alias_of`` whom such a name stands for, where that is somebody else. ``identifier_elsewhere``: the same
    identifier went to somebody else too. ``vendor_purposes`` are what the vendor says of its service: no evidence.
    ``identified``: our own rows know whose it is; of a domain alone nobody knows which company receives.
    """

    recipient: str
    name: str
    information: frozenset[str]
    states: frozenset[Consent]
    pages: tuple[str, ...] = ()
    own: bool = False
    alias_of: str = ""
    identifier_elsewhere: Fact[bool] = NOT_LOOKED
    vendor_purposes: frozenset[str] = frozenset()
    cleartext: bool = False
    places: tuple[Place, ...] = ()
    identified: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """A recipient's code in the app's file. Whether it runs isn't known. ``only_written``: no more than the name of one
    of its hosts is written there, which is no module."""

    recipient: str
    name: str
    place: Place
    only_written: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRow:
    """What the notice says of one recipient. ``handler``: who handles it there, by name (not only a service's name)."""

    recipient: str
    handler: Stated
    information: frozenset[str]
    information_stated: Stated
    sender_purpose: Stated
    recipient_purpose: Stated
    purposes: frozenset[str] = frozenset()
    place: Place = field(default=Place(path="notice"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Denied:
    """What the notice says doesn't happen: sending to ``recipient`` (empty: to anybody) of ``information`` (empty: of
    anything). A promise not to give personal data to third parties (第三者提供) isn't one about sending."""

    recipient: str = ""
    information: frozenset[str] = frozenset()
    place: Place = field(default=Place(path="notice"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """The notice as it was read.

    ``exists`` is false only where a complete search found none. ``read_whole`` is false where part of it couldn't be
    read (a picture, a frame, a folded part): then nothing is missing for certain. ``japanese`` is ``None`` where the
    language couldn't be told; ``jargon`` are technical terms that stand in it (:mod:`sekisho.apps.law.plain`).
    ``unmatched`` are names of recipients in it of which nobody knows whom they mean.
    """

    exists: bool = True
    rows: tuple[NoticeRow, ...] = ()
    read_whole: bool = True
    japanese: bool | None = None
    jargon: tuple[str, ...] = ()
    denied: tuple[Denied, ...] = ()
    unmatched: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Display:
    """How the notice is displayed without doing anything: smallest size in CSS pixels, visible, folded away."""

    font_px: float
    visible: bool = True
    folded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How many operations the notice is away from a page or screen; ``None``: no way was found.

    ``whole`` says that the search was complete: every link of the page was followed or read by a person. Looking for
    links by their words isn't.
    """

    page: str
    clicks: int | None
    whole: bool = False


FIRST_SCREEN: Final = "first_screen"
"""The page of a :class:`Reach` that is an app's first screen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner:
    """A notification: shown at once, all of it or the rest this many operations away (``None``: no way to it)."""

    at_once: bool
    shows_all: bool
    rest_clicks: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """When something was first sent to a recipient, and first told (``None``: never)."""

    recipient: str
    first_sent: datetime
    first_told: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What was looked at: states of the visit with traffic recorded, and pages that couldn't be opened."""

    states: frozenset[Consent]
    blocked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OptOut:
    """The opt-out as published: which of the seven items stand there, and what it stops."""

    items: frozenset[OptOutItem]
    kind: OptOutKind
    read_whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Accepting and refusing side by side: operations each (``None``: no way to refuse), and the area of the button to
    refuse as a share of the one to accept."""

    accept_steps: int
    reject_steps: int | None
    area_ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFacts:
    """One service as scanned. What isn't given wasn't looked at.

    ``roles``: what the operator is. The guideline speaks of apps, so a site has no items of an app provider.
    ``observations`` are plain yes-or-no facts by a name of :data:`sekisho.apps.law.vocabulary.OBSERVATIONS`.
    """

    service: str
    medium: Medium
    roles: frozenset[Actor] = frozenset({Actor.COVERED_PROVIDER, Actor.APP_PROVIDER})
    coverage: Fact[Coverage] = NOT_LOOKED
    sendings: Fact[tuple[Sending, ...]] = NOT_LOOKED
    embedded: Fact[tuple[Embedded, ...]] = NOT_LOOKED
    notice: Fact[Notice] = NOT_LOOKED
    display: Fact[Display] = NOT_LOOKED
    reach: Fact[tuple[Reach, ...]] = NOT_LOOKED
    banner: Fact[Banner] = NOT_LOOKED
    history: Fact[tuple[History, ...]] = NOT_LOOKED
    opt_out: Fact[OptOut] = NOT_LOOKED
    choice: Fact[Choice] = NOT_LOOKED
    observations: Mapping[str, Fact[bool]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuses a plain fact by a name that isn't in the vocabulary."""
        for name in sorted(set(self.observations) - set(OBSERVATIONS)):
            raise UnknownObservation(name=name)

    def observed(self, name: str) -> Fact[bool]:
        """One plain fact; not looked at where it isn't given."""
        return self.observations.get(name, NOT_LOOKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The operator's own thresholds. The law has no number: what lies beyond them is for a person to judge.

    ``max_clicks``: operations to the notice; ``min_font_px``: CSS pixels; ``min_refuse_area``: share of the button to
    accept.
    """

    max_clicks: int = 1
    min_font_px: float = 12.0
    min_refuse_area: float = 0.8
