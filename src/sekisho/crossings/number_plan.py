"""The calls desk's number plan and register of public offices, as the stops desk asks for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from sekisho.calls.desk import Desk as CallsDesk
from sekisho.calls.listing.covers import Covers, ProtectedKind
from sekisho.calls.numbers import Kind, Numbering
from sekisho.stops.kinds import NumberKind
from sekisho.stops.ports import Placed
from sekisho.workspace import Workspace

_KINDS: Final = {
    Kind.FIXED: NumberKind.FIXED,
    Kind.IP_PHONE: NumberKind.IP050,
    Kind.SERVICE: NumberKind.SERVICE,
    Kind.UIFN: NumberKind.SERVICE,
    Kind.MOBILE: NumberKind.MOBILE,
    Kind.EMERGENCY: NumberKind.EMERGENCY,
    Kind.FOREIGN: NumberKind.FOREIGN,
    Kind.FOREIGN_IMPOSSIBLE: NumberKind.FOREIGN,
    Kind.COUNTRY_UNASSIGNED: NumberKind.FOREIGN,
}


class CallsNumberPlan:
    """:class:`sekisho.stops.ports.NumberPlan` over the calls desk of a workspace."""

    def __init__(self, workspace: Workspace) -> None:
        """Reads nothing until asked to."""
        self._calls = CallsDesk(workspace)

    def place(self, written: str, on: date) -> Placed:
        """What a number is by the plan of a day. Raises :class:`sekisho.calls.numbers.NumberRefused`."""
        found = Numbering(on=on).classify(written)
        number = found.national if found.national is not None else f"+{found.digits}"
        return Placed(number, _KINDS.get(found.kind, NumberKind.OTHER))

    def public_office(self, number: str) -> bool:
        """Whether the register of protected numbers has it as a public office's."""
        return number in self.public_offices([number])

    def public_offices(self, numbers: Sequence[str]) -> frozenset[str]:
        """Those of many that it has so."""
        protection, found = self._calls.protection(), set[str]()
        for number in numbers:
            try:
                spans = Covers(number, number).spans()
            except ValueError:
                continue
            if protection.problem(spans) is ProtectedKind.PUBLIC_OFFICE:
                found.add(number)
        return frozenset(found)
