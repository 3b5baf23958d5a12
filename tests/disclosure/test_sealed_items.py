"""Items are opened when a step needs one: as strictly as before, and as of the moment the case was read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection, Update, select, update

from sekisho.access.events import Change
from sekisho.disclosure.errors import CaseDestroyed
from sekisho.disclosure.reading import read_item
from sekisho.disclosure.record import Origin
from sekisho.disclosure.tables import disclosure_item
from sekisho.errors import SekishoError
from tests.disclosure.logs_made import WARRANT_FACTS, searched, state, store_for
from tests.disclosure.made_cases import case, item
from tests.disclosure.world import Desk

ITEMS = [item(number) for number in range(1, 6)]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every item that is opened from now on."""
    found: list[Any] = []

    def counted(*given: Any) -> Any:
        found.append(given)
        return read_item(*given)

    monkeypatch.setattr("sekisho.disclosure.sealed_items.read_item", counted)
    return found


def test_a_step_that_needs_none_opens_none(desk: Desk, opened: list[Any]) -> None:
    """Checks, a review, a member, a paper, a term: however many items, none is opened; asking for one opens each
    once."""
    made = desk.reviewed(items=ITEMS)
    state(desk, made.id, *WARRANT_FACTS)
    desk.service.set_fact(made.id, "order.served", True, origin=Origin.CHECKED, note="見た", by=desk["kakunin"])
    desk.service.name_member(made.id, "kaiji", by=desk["kakunin"])
    found = desk.service.find(made.id, by=desk["kakunin"])
    assert found.case is not None
    assert (found.items, len(found.case.items), len(opened)) == (5, 5, 0)
    assert replace(found.case, brand="x").items[1].number == 2
    assert [one.number for one in found.case.items] == [1, 2, 3, 4, 5]
    assert len(opened) == 5


def test_what_is_opened_is_what_was_sealed(desk: Desk) -> None:
    """The items are those of the request, whichever way they are compared, and their text tells none of them."""
    given = case(items=ITEMS)
    found = desk.service.receive(given, by=desk["uketsuke"]).case
    assert found is not None
    assert found.items == given.items
    assert given.items == found.items
    assert found.items != given.items[:4]
    assert found.items[1:3] == given.items[1:3]
    assert "203.0.113" not in repr(found.items)


def test_items_are_those_of_the_moment(desk: Desk) -> None:
    """A request that is amended after it was read keeps the items it had then."""
    made = desk.received(items=ITEMS)
    desk.service.question_back(made.id, "？", by=desk["uketsuke"])
    after = desk.service.answer_question(made.id, case(items=ITEMS[:1]), by=desk["uketsuke"])
    assert made.case is not None
    assert after.case is not None
    assert (len(list(made.case.items)), len(list(after.case.items))) == (5, 1)


def test_an_item_in_another_place_opens_for_nobody(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rows that were exchanged, or one that was changed, stop the step that needs them; nothing is searched."""
    store = store_for(desk, monkeypatch)
    made = desk.reviewed(items=[item(1), item(2, value="203.0.113.9")])
    state(desk, made.id, *WARRANT_FACTS)
    table = disclosure_item
    with desk.workspace.database.read() as connection:
        query = select(table.c.body).where(table.c.case_id == made.id, table.c.number == 2)
        other = connection.execute(query).scalar_one()
    desk.workspace.change(
        lambda connection: _put(connection, update(table).where(table.c.number == 1).values(body=other))
    )
    with pytest.raises((SekishoError, InvalidTag)):
        desk.service.searching.request(made.id, by=desk["kensaku"])
    store.lookups.close()


def test_items_end_with_their_key(desk: Desk) -> None:
    """A key that goes after the case was read leaves its items closed, and says so as the case itself does."""
    made = desk.received(items=ITEMS)
    desk.workspace.keyring.destroy(f"disclosure/{made.id}", at=desk.clock.now(), reason="over")
    assert made.case is not None
    with pytest.raises(CaseDestroyed):
        list(made.case.items)


def test_a_whole_search_opens_them_a_few_times(desk: Desk, opened: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """From the request to what was found, items are opened by the steps that ask the gate or search: six times, not at
    each of its twenty reads."""
    store = store_for(desk, monkeypatch)
    searched(desk, items=ITEMS)
    assert len(opened) <= 6 * len(ITEMS)
    store.lookups.close()


def _put(connection: Connection, query: Update) -> Change[None]:
    connection.execute(query)
    return Change(None, ())
