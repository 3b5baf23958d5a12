"""What a request costs."""

from __future__ import annotations

from typing import Any

import pytest

from sekisho.disclosure.intake.errors import FeeNotAsked, PriceTableRefused
from sekisho.disclosure.intake.fees import PriceTable, quote, read_price_table
from sekisho.disclosure.kinds import CASE_TYPES, CaseType
from sekisho.disclosure.record import Item
from tests.disclosure.intake.made_requests import checked, item


def _items(*items: dict[str, Any]) -> tuple[Item, ...]:
    found = checked(*items)
    assert found.case is not None
    return tuple(found.case.items)


def test_each_identifier_once() -> None:
    """Address, port and time make one; the same in UTC, or asked for other contents, costs nothing more."""
    made = quote(
        CaseType.VOLUNTARY_CLAIM,
        _items(
            item(), item(port=2001), item(time="2026-11-20T03:00:00Z"), item(time="2026-11-20T12:00:01+09:00"),
            item(wanted=["log"]), item(destination="192.0.2.1"),
        ),
    )  # fmt: skip
    assert [(one.item, one.again, one.yen) for one in made.lines] == [
        (1, (3, 5, 6), 5_000),
        (2, (), 5_000),
        (4, (), 5_000),
    ]
    assert (made.identifiers, made.duplicates, made.total) == (3, 3, 15_000)


def test_a_quote_names_no_identifier() -> None:
    """It says which items, never which addresses."""
    document = quote(CaseType.BAR_INQUIRY, _items(item())).document()
    assert "203.0.113" not in str(document)
    assert document["total"] == 5_000


@pytest.mark.parametrize("kind", list(CaseType))
def test_only_what_is_priced(kind: CaseType) -> None:
    """No authority, court or user is quoted anything."""
    if CASE_TYPES[kind].priced:
        assert quote(kind, ()).total == 0
    else:
        with pytest.raises(FeeNotAsked):
            quote(kind, ())


def test_the_operators_own_prices() -> None:
    """One price for all, or one for a type."""
    table = read_price_table({"per_identifier": 3_000, "by_type": {"bar_inquiry": 0}, "tax_included": False})
    assert quote(CaseType.VOLUNTARY_CLAIM, _items(item()), table).total == 3_000
    assert quote(CaseType.BAR_INQUIRY, _items(item()), table).total == 0
    assert read_price_table({}) == PriceTable()


@pytest.mark.parametrize(
    "written",
    [
        {"per_identifier": -1},
        {"per_identifier": 10_000_000},
        {"per_identifier": "5000"},
        {"per_identifier": True},
        {"by_type": {"search_seizure": 1}},
        {"by_type": {"wish": 1}},
        {"by_type": []},
        {"tax_included": "yes"},
        {"discount": 1},
    ],
)
def test_a_table_that_is_none(written: dict[str, Any]) -> None:
    """Refused, naming the setting."""
    with pytest.raises(PriceTableRefused):
        read_price_table(written)
