"""Of which kind of thing a recording is: an Android app's, an iOS app's or a web site's.

A recording (HAR, flows, a packet capture) doesn't say. Where everything else that was read of the service is of one
kind, the recording is taken for that; else nobody knows, until somebody says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

from sekisho.apps.evidence import Target, TargetKind


@unique
class Origin(StrEnum):
    """Whose traffic or text it is."""

    ANDROID = "android"
    IOS = "ios"
    WEB = "web"


_BY_KIND: Final[Mapping[TargetKind, Origin]] = {
    TargetKind.ANDROID: Origin.ANDROID,
    TargetKind.PLAY_DATA_SAFETY: Origin.ANDROID,
    TargetKind.IOS: Origin.IOS,
    TargetKind.PRIVACY_MANIFEST: Origin.IOS,
    TargetKind.AGE_RATING: Origin.IOS,
    TargetKind.WEB: Origin.WEB,
    TargetKind.EVIDENCE_COLLECTOR: Origin.WEB,
}
NOBODY_SAID: Final[Mapping[str, Origin]] = MappingProxyType({})


class Origins:
    """What each target is of."""

    def __init__(self, targets: Iterable[Target], told: Mapping[str, Origin] = NOBODY_SAID) -> None:
        """``told`` is what somebody said of a target, by its name."""
        self._told = told
        self.kinds = frozenset(_BY_KIND[target.kind] for target in targets if target.kind in _BY_KIND)

    def of(self, target: Target) -> Origin | None:
        """What it is of; ``None`` where nobody knows."""
        own = self._told.get(target.name) or _BY_KIND.get(target.kind)
        if own is not None or len(self.kinds) != 1:
            return own
        return next(iter(self.kinds))

    def of_app(self, target: Target) -> bool | None:
        """Whether it is an app's; ``None`` where it may be a site's as well."""
        own = self.of(target)
        if own is not None:
            return own is not Origin.WEB
        return True if self.kinds and Origin.WEB not in self.kinds else None
