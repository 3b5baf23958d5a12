"""What a request costs: a price for each identifier, asked only for the types of request that are priced. Pure.

One identifier is what one question names: an address with its source port at one time stamp (in Japan time), or
another identifier at its time. The same one twice in a request counts once, also where one time stands in UTC and the
other in Japan time. That is the practice of access providers, not a law: the price is the operator's own setting.
Nothing here collects money, and an unpaid quote changes no term.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from sekisho.disclosure.intake.errors import FeeNotAsked, PriceTableRefused
from sekisho.disclosure.kinds import CASE_TYPES, CaseType
from sekisho.disclosure.record import Item
from sekisho.engine.facts import Text

DEFAULT_YEN: Final = 5_000
"""What several access providers publish for each identifier (Interlink and others); the operator sets its own."""
MAX_YEN: Final = 1_000_000
"""A price for one identifier beyond this is a slip of the keyboard."""

BASIS: Final = Text(
    "1件は、IPアドレス・送信元ポート・日時（日本時間）の1組です。同じ組は重ねて数えません。",
    "One identifier is one address, source port and time stamp (Japan time). The same one counts once.",
)

_NOTHING: Final[Mapping[CaseType, int]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class PriceTable:
    """Yen for each identifier; ``by_type`` where a type has its own. ``tax_included`` is what the paper says of it:
    the sum is the same."""

    per_identifier: int = DEFAULT_YEN
    by_type: Mapping[CaseType, int] = field(default_factory=lambda: _NOTHING)
    tax_included: bool = True

    def price(self, kind: CaseType) -> int:
        """Yen for one identifier in a request of that type. Raises ``FeeNotAsked``."""
        if not CASE_TYPES[kind].priced:
            raise FeeNotAsked(type=kind.value)
        return self.by_type.get(kind, self.per_identifier)


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """One identifier that is priced: the item that names it first, and the items that name it again."""

    item: int
    again: tuple[int, ...]
    yen: int


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote. ``duplicates`` items are named again and cost nothing."""

    type: CaseType
    per_identifier: int
    lines: tuple[QuoteLine, ...]
    tax_included: bool
    basis: Text = BASIS

    @property
    def identifiers(self) -> int:
        """How many are priced."""
        return len(self.lines)

    @property
    def duplicates(self) -> int:
        """How many items name one again."""
        return sum(len(line.again) for line in self.lines)

    @property
    def total(self) -> int:
        """Yen in all."""
        return sum(line.yen for line in self.lines)

    def document(self) -> dict[str, Any]:
        """As JSON values; no identifier stands in it, only the numbers of items."""
        return {
            "type": self.type.value,
            "currency": "JPY",
            "per_identifier": self.per_identifier,
            "identifiers": self.identifiers,
            "duplicates": self.duplicates,
            "total": self.total,
            "tax_included": self.tax_included,
            "basis": {"ja": self.basis.ja, "en": self.basis.en},
            "lines": [{"item": one.item, "again": list(one.again), "yen": one.yen} for one in self.lines],
        }


def quote(kind: CaseType, items: Iterable[Item], prices: PriceTable | None = None) -> Quote:
    """What a request costs. Raises ``FeeNotAsked`` where nothing is asked for."""
    table = prices or PriceTable()
    yen = table.price(kind)
    found: dict[tuple[object, ...], list[int]] = {}
    for item in items:
        found.setdefault(_identifier(item), []).append(item.number)
    lines = tuple(QuoteLine(numbers[0], tuple(numbers[1:]), yen) for numbers in found.values())
    return Quote(kind, yen, lines, table.tax_included)


def _identifier(item: Item) -> tuple[object, ...]:
    """Address, port and time: neither what is wanted of it nor where it led makes another one."""
    return (item.kind, item.value, item.port, item.begin.timestamp(), item.until.timestamp())


def read_price_table(written: Mapping[str, Any]) -> PriceTable:
    """Prices from settings: ``{"per_identifier": 5000, "by_type": {"bar_inquiry": 3000}, "tax_included": true}``.

    Raises ``PriceTableRefused``.
    """
    strange = sorted(str(name)[:60] for name in written if name not in PriceTable.__dataclass_fields__)
    if strange:
        raise PriceTableRefused(field=strange[0], problem="no such field")
    own = written.get("by_type", {})
    if not isinstance(own, Mapping):
        raise PriceTableRefused(field="by_type", problem="types and prices")
    by_type = {}
    for name, value in own.items():
        spec = CASE_TYPES.get(CaseType(name)) if name in tuple(CaseType) else None
        if spec is None or not spec.priced:
            raise PriceTableRefused(field=f"by_type.{str(name)[:60]}", problem="no fee is asked for this type")
        by_type[spec.type] = _yen(value, f"by_type.{name}")
    tax = written.get("tax_included", True)
    if not isinstance(tax, bool):
        raise PriceTableRefused(field="tax_included", problem="true or false")
    each = _yen(written.get("per_identifier", DEFAULT_YEN), "per_identifier")
    return PriceTable(each, MappingProxyType(by_type), tax)


def _yen(written: object, place: str) -> int:
    if isinstance(written, bool) or not isinstance(written, int) or not 0 <= written <= MAX_YEN:
        raise PriceTableRefused(field=place, problem=f"whole yen from 0 to {MAX_YEN}")
    return written
