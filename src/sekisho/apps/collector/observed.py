"""What a visit of a site showed besides its requests. Observations with their places; nothing is judged here.

A law's verdict is never drawn from one of these alone: a banner without a button to reject isn't a violation of the
rules on external transmission (notice, consent and opt-out are alternatives there).
"""

from __future__ import annotations

from dataclasses import dataclass

from sekisho.apps.collector.fields import FieldKind
from sekisho.apps.collector.lexicon import Meaning
from sekisho.apps.evidence import Consent


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSeen:
    """One page in one state. ``settled`` is false where requests went on to the last moment that was waited.

    ``waited_s`` are the seconds between the page's loading and the last look. ``status`` is HTTP's, 0 where unknown.
    """

    address: str
    consent: Consent
    title: str
    status: int
    settled: bool
    waited_s: float
    requests: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CookieSeen:
    """A cookie that was set. Its value is never kept.

    ``domain`` is the host it came with, ``set_by`` the address of the response or script that set it, ``how``
    ``header`` or ``script``.
    """

    name: str
    domain: str
    set_by: str
    how: str
    consent: Consent
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageSeen:
    """A key written to the page's ``local`` or ``session`` storage, and the script that wrote it."""

    key: str
    area: str
    set_by: str
    consent: Consent
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FingerprintSeen:
    """A script asked the browser for what tells devices apart: ``canvas``, ``fonts``, ``audio`` or ``webrtc``.

    That it was read, not that it was sent, nor what for. ``how`` is the call.
    """

    kind: str
    how: str
    by: str
    consent: Consent
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonSeen:
    """A banner's button. ``steps`` counts presses needed to get its effect, 1 for the banner's own buttons.

    ``area`` is in CSS pixels squared, ``px`` the computed font size, ``contrast`` WCAG 2's ratio of text and ground.
    """

    meaning: Meaning
    words: str
    steps: int
    area: float
    px: float
    contrast: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BannerSeen:
    """A consent banner. ``ticked`` are labels of boxes that came ticked and can be unticked."""

    page: str
    text: str
    buttons: tuple[ButtonSeen, ...]
    ticked: tuple[str, ...] = ()

    def easiest(self, *meanings: Meaning) -> ButtonSeen | None:
        """The button of one of these meanings that takes the fewest presses; the first of equals."""
        having = [each for each in self.buttons if each.meaning in meanings]
        return min(having, key=lambda each: each.steps, default=None)

    @property
    def area_ratio(self) -> float | None:
        """The acceptance's area over the rejection's; ``None`` where one of them isn't there."""
        yes, no = self.easiest(Meaning.ACCEPT), self.easiest(Meaning.REJECT, Meaning.NECESSARY)
        return None if yes is None or no is None or no.area <= 0 else yes.area / no.area


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSeen:
    """A notice of external transmission that was found, with how to get there and how large its letters are.

    ``clicks`` are the presses from each visited page: 0 on the notice itself, ``None`` where no way was found by words.
    ``link_words`` and ``link_px`` are those of the link nearest to it, empty and 0 where there is none. ``body_px`` is
    the size of most of its text, ``smallest_px`` the smallest that twenty or more of its characters have. ``html`` is
    the page as the browser had it, bounded.
    """

    address: str
    title: str
    clicks: tuple[tuple[str, int | None], ...]
    link_words: str
    link_px: float
    body_px: float
    smallest_px: float
    language: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSeen:
    """A form's field that was filled, or was left empty (``kind`` is ``None``): nothing says what it asks for."""

    page: str
    consent: Consent
    kind: FieldKind | None
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsent:
    """A request that was tried and reached nobody: blocked by a policy, or there was no connection."""

    address: str
    page: str
    consent: Consent
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Screenshot:
    """The visible part of a page as JPEG. ``about`` says at which moment: ``page``, ``banner`` or ``notice``."""

    page: str
    consent: Consent
    about: str
    sha256: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """Everything a visit showed, each in the order it was seen, states in a fixed order."""

    pages: tuple[PageSeen, ...] = ()
    cookies: tuple[CookieSeen, ...] = ()
    storage: tuple[StorageSeen, ...] = ()
    fingerprints: tuple[FingerprintSeen, ...] = ()
    banners: tuple[BannerSeen, ...] = ()
    notices: tuple[NoticeSeen, ...] = ()
    fields: tuple[FieldSeen, ...] = ()
    held_back: tuple[tuple[str, str], ...] = ()
    """Page and script of forms that a script tried to send while they were filled; that was prevented."""
    unsent: tuple[Unsent, ...] = ()
    screenshots: tuple[Screenshot, ...] = ()
