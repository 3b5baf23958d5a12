"""What was seen of one service, piece by piece, with where it was seen. Nothing is concluded here.

A reader turns one target (an app's file, recorded traffic, a declaration, a page) into a :class:`Reading`. Three grades
of evidence are never mixed: what somebody declared, what a file has in it, what was observed on the wire.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum, unique


@unique
class Grade(StrEnum):
    """How a piece of evidence is known."""

    DECLARED = "declared"
    """Somebody says so: a notice, a policy, a store's form, a privacy manifest."""
    EMBEDDED = "embedded"
    """It is in the app's file: code or a host's name. Whether it ever runs isn't known."""
    OBSERVED = "observed"
    """It was sent, in this recording."""


@unique
class TargetKind(StrEnum):
    """What can be scanned."""

    ANDROID = "android"
    """APK, AAB or a bundle of splits (XAPK, APKS, APKM)."""
    IOS = "ios"
    """IPA."""
    WEB = "web"
    """A site, visited by the collector."""
    HAR = "har"
    FLOWS = "flows"
    """A mitmproxy flow file."""
    PCAP = "pcap"
    PLAY_DATA_SAFETY = "play_data_safety"
    """Google Play's Data safety form as CSV."""
    PRIVACY_MANIFEST = "privacy_manifest"
    """Apple's PrivacyInfo.xcprivacy."""
    AGE_RATING = "age_rating"
    """App Store age rating as JSON."""
    EVIDENCE_COLLECTOR = "evidence_collector"
    """The Website Evidence Collector's JSON."""
    POLICY = "policy"
    """A privacy policy or notice page as HTML or text."""


@unique
class Consent(StrEnum):
    """In which state of the visit something was sent; ``UNKNOWN`` for recordings that don't say."""

    BEFORE = "before"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    OPTED_OUT = "opted_out"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One thing that was scanned: its name as given, SHA-256 in hex (empty for a site), what it is."""

    name: str
    sha256: str
    kind: TargetKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a piece of evidence stands, so that somebody else finds it again.

    ``path`` names the entry, request, row or element (``classes2.dex``, ``request 17``); ``offset`` is a byte offset
    there, where there is one; ``layers`` are the encodings that were undone, outermost first (``base64``, ``gzip``,
    ``sha256``).
    """

    path: str
    offset: int | None = None
    layers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One piece of evidence.

    ``host`` is a host's name in lower case, ``signature`` the beginning of a class or package, a framework, a cookie's
    name or another mark in the code, ``company`` a recipient's name as declared: whichever of them says who receives.
    ``information`` is a slug of :mod:`sekisho.apps.items`, ``purpose`` one of :mod:`sekisho.apps.purposes`; ``None``
    where this piece doesn't tell. ``cleartext`` is true where it was sent without encryption. ``words`` are the words
    declared, short and as they stand. ``aliases`` are what the host is a CNAME of, one after another, where somebody
    saw it resolved.
    """

    grade: Grade
    place: Place
    host: str | None = None
    signature: str | None = None
    company: str | None = None
    information: str | None = None
    purpose: str | None = None
    consent: Consent = Consent.UNKNOWN
    cleartext: bool = False
    words: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def only_written(self) -> bool:
        """Whether it is no more than a host's name that is written in an app's file. That names no module, and no
        transmission: it may be a link, a manual's address or another branch of the code."""
        return self.grade is Grade.EMBEDDED and self.host is not None and not (self.signature or self.company)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotMeasured:
    """Something that couldn't be looked at: 測定不能, with a reason's slug and a sentence in both languages."""

    place: Place
    reason: str
    ja: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one target gave. ``facts`` are plain things of the target (package name, version, SDK level …)."""

    target: Target
    pieces: tuple[Piece, ...]
    not_measured: tuple[NotMeasured, ...] = ()
    facts: tuple[tuple[str, str], ...] = field(default=())
