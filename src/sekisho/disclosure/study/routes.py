"""The ways by which an access provider comes to know what it should hold. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sekisho.disclosure.study.stages import StageName
from sekisho.disclosure.study.times import Delay
from sekisho.engine.facts import Text


class Route(StrEnum):
    """Which way a case goes."""

    IDENTIFICATION_ORDER = "identification_order"
    FOREIGN_ORDER = "foreign_order"
    VOLUNTARY = "voluntary"


@dataclass(frozen=True, slots=True)
class RouteSpec:
    """A way's stages in order. ``chain``: those in which address and time move from the content provider's hands to
    the access provider's; a transfer within hours takes their place."""

    title: Text
    stages: tuple[StageName, ...]
    chain: frozenset[StageName]


ROUTES: Final = {
    Route.IDENTIFICATION_ORDER: RouteSpec(
        Text("提供命令", "identification order"),
        (StageName.IDENTIFICATION_ORDER, StageName.NAME_SUPPLIED, StageName.TRANSFER),
        frozenset({StageName.TRANSFER}),
    ),
    Route.FOREIGN_ORDER: RouteSpec(
        Text("海外事業者への命令", "order against a foreign content provider"),
        (StageName.INTERVIEW, StageName.COURT_ORDER, StageName.HANDOVER, StageName.HOLD_REQUEST),
        frozenset({StageName.HANDOVER, StageName.HOLD_REQUEST}),
    ),
    Route.VOLUNTARY: RouteSpec(
        Text("国内事業者の任意の開示", "voluntary answer of a domestic provider"),
        (StageName.VOLUNTARY_ANSWER, StageName.FORWARDING),
        frozenset({StageName.FORWARDING}),
    ),
}
"""Every way with its stages."""

HOP: Final = (StageName.IDENTIFICATION_ORDER, StageName.NAME_SUPPLIED, StageName.TRANSFER)
"""What each further provider costs: where the access provider found is only a wholesaler (an MVNO's host), one more
cycle of identification order, name and transfer, whatever the first way was."""

DEFAULT_DELAYS: Final = (Delay(14, 45), Delay(30, 90), Delay(60, 150))
"""Assumed: somebody who acts at once, the ordinary case, and somebody who hesitates."""

RETENTION: Final = (90, 120, 150, 180, 365)
"""Days that are compared: the desirable band's ends (guideline art. 38, commentary ※3), between them, and a year."""
