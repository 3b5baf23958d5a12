"""The fourteen items of sender information: which are special, which go to the next provider, what the gate is told."""

from __future__ import annotations

import pytest

from sekisho.disclosure.civil_items import CIVIL_ITEMS, data_classes, facts_of, forwardable, items_of
from sekisho.disclosure.gate_errors import UnknownItem
from sekisho.disclosure.kinds import DataClass


def test_the_list_is_the_ordinances() -> None:
    """Fourteen items; 9 to 13 are special (art. 2 with art. 5); no time stamp names a next provider (art. 7)."""
    assert list(CIVIL_ITEMS) == list(range(1, 15))
    assert {number for number, item in CIVIL_ITEMS.items() if item.special} == {9, 10, 11, 12, 13}
    assert {item.number for item in forwardable(CIVIL_ITEMS.values())} == {5, 6, 7, 9, 10, 11, 12, 14}
    assert {number for number, item in CIVIL_ITEMS.items() if item.data_class is DataClass.SUBSCRIBER} == {1, 2, 3, 4}
    assert len({item.title.ja for item in CIVIL_ITEMS.values()}) == len(CIVIL_ITEMS)
    assert CIVIL_ITEMS[5].source == "施行規則2条5号"


def test_what_is_not_listed_is_refused() -> None:
    """An item that the ordinance doesn't list can't be asked for."""
    for number in (0, 15, -1):
        with pytest.raises(UnknownItem):
            items_of([1, number])
    assert [item.number for item in items_of([5, 1, 5])] == [1, 5]


def test_the_gate_is_told_of_special_items_and_always_of_secrecy() -> None:
    """Even a name is found through a communication; special items are said to be among them."""
    assert facts_of(items_of([1, 2])) == {"scope.civil_items_only": True, "scope.special_items": False}
    assert facts_of(items_of([1, 9])) == {"scope.civil_items_only": True, "scope.special_items": True}
    assert facts_of(()) == {"scope.civil_items_only": False, "scope.special_items": False}
    assert data_classes(items_of([1])) == {DataClass.SUBSCRIBER, DataClass.SECRECY}
    assert data_classes(items_of([5])) == {DataClass.SECRECY}
