"""Terms that people open and end, and those of a whole page at once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from sekisho.access.errors import ScopeMissing
from sekisho.disclosure.errors import CaseRefused
from sekisho.disclosure.listing import MAX_PAGE
from sekisho.disclosure.term_steps import MAX_CASES, OWN
from sekisho.store.database import Database
from tests.disclosure.world import Desk

TODAY = date(2026, 11, 23)


def test_the_terms_of_a_page_are_read_in_one_query(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many cases: one read, with the very terms that each case has by itself, in their order."""
    made = [desk.received(document={"number": f"第{at}号"}) for at in range(4)]
    for at, one in enumerate(made[:3]):
        for kind, day in (("later", 28), ("sooner", 24 + at)):
            desk.service.set_deadline(one.id, kind, started_on=TODAY, due_on=date(2026, 11, day), by=desk["uketsuke"])
    desk.service.end_deadline(made[0].id, "sooner", by=desk["uketsuke"])
    single = {one.id: desk.service.deadlines(one.id, by=desk["kakunin"]) for one in made}
    reads: list[Any] = []
    read = Database.read

    def counted(self: Database) -> Any:
        reads.append(self)
        return read(self)

    monkeypatch.setattr(Database, "read", counted)
    assert desk.service.deadlines_of([one.id for one in made], by=desk["kakunin"]) == single
    assert len(reads) == 1


def test_a_secret_case_has_none_for_others(desk: Desk) -> None:
    """To whoever isn't on it a secret case has no more terms than one that isn't there; who has nothing to do with the
    desk is told of none at all."""
    made = desk.received(secrecy={"state": "ordered", "until": "2026-12-01"}, knows=["kakunin"])
    nowhere = "d" + "0" * 16
    assert desk.service.deadlines_of([made.id, nowhere], by=desk["kakunin2"]) == {made.id: [], nowhere: []}
    assert [one.kind for one in desk.service.deadlines_of([made.id], by=desk["kakunin"])[made.id]] == ["secrecy_order"]
    with pytest.raises(ScopeMissing):
        desk.service.deadlines_of([made.id], by=desk["madoguchi"])


def test_a_page_is_never_too_many(desk: Desk) -> None:
    """The longest page fits into one query; more than that is a mistake of the caller's."""
    assert MAX_PAGE <= MAX_CASES
    with pytest.raises(ValueError, match="at most"):
        desk.service.deadlines_of([str(at) for at in range(MAX_CASES + 1)], by=desk["kakunin"])


@pytest.mark.parametrize("kind", sorted(OWN))
def test_nobody_moves_what_has_its_own_steps(desk: Desk, kind: str) -> None:
    """Terms that keep a case open or secret are neither opened nor ended by hand."""
    made = desk.received()
    with pytest.raises(CaseRefused):
        desk.service.set_deadline(made.id, kind, started_on=TODAY, due_on=TODAY, by=desk["uketsuke"])
    with pytest.raises(CaseRefused):
        desk.service.end_deadline(made.id, kind, by=desk["uketsuke"])
