"""What became of the calls to a number: under a grant alone, on record, and without what the caller withheld."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import orjson
import pytest

from sekisho.logs.kinds import LogKind
from sekisho.logs.lookup.errors import (
    GrantTermsRefused,
    IdentifierNotGranted,
    KindNotGranted,
    QuestionRefused,
    TimeNotGranted,
)
from sekisho.logs.lookup.grant import read_terms
from sekisho.logs.subscribers.identifiers import Identifier, IdentifierKind
from sekisho.logs.written import Handed, WrittenFiles
from tests.logs.lookup.made import DAY, Store, terms

CALLED = Identifier(IdentifierKind.PHONE, "0398765432")
NAMED: dict[str, Any] = {
    "kinds": ["call.evidence"], "targets": [], "identifiers": [{"kind": "phone", "value": "03-9876-5432"}],
}  # fmt: skip


def moment(hour: int) -> int:
    """Microseconds of an hour of the day."""
    return round(datetime.fromisoformat(f"{DAY}T{hour:02}:00:00+09:00").timestamp() * 1_000_000)


def record(hour: int, **changed: Any) -> bytes:
    """A decision as a connector writes it."""
    said = {
        "at": moment(hour), "outcome": "pass", "reason": "nothing_against", "rule": "calls.nothing",
        "basis": ["telecom-business-act.4-1"], "called": "+81398765432", "asserted": "0312345678",
    }  # fmt: skip
    return orjson.dumps({**said, **changed})


def kept(store: Store, *records: bytes) -> None:
    """A file of evidence."""
    day = date.fromisoformat(str(DAY))
    WrittenFiles(store.workspace).take(
        Handed(
            id="a" * 32, kind=LogKind.CALL_EVIDENCE, day=day, writer="p", number=1, frames=1, records=records, missing=0
        )
    )


def calls(store: Store, grant: str, begin: int = 0, end: int = 23) -> dict[str, Any]:
    """What is answered."""
    return store.lookups.calls(CALLED, moment(begin), moment(end), grant=grant, by=store.people["kanri"]).document


def test_the_called_subscriber_is_told_why(store: Store) -> None:
    """Calls to the number in any form of it, with outcome, rule and basis; under their consent a withheld caller stays
    withheld, under a warrant it is told. Each question is a leaf."""
    kept(
        store,
        record(1), record(2, outcome="anonymise", reason="number_not_agreed"), record(3, privacy=["id"]),
        record(4, called="0312345678", asserted="0398765432"), record(5, called="0311115432"), b"torn 765432",
    )  # fmt: skip
    before = store.leaves("log.lookup")
    own = calls(store, store.grant(**NAMED, ground="consent", reference="同意書1"))
    assert [one["outcome"] for one in own["calls"]] == ["pass", "anonymise", "pass"]
    assert [one.get("asserted") for one in own["calls"]] == ["0312345678", None, None]
    assert own["calls"][0]["basis"] == ["telecom-business-act.4-1"]
    assert own["complete"]
    assert store.leaves("log.lookup") == before + 1
    judged = calls(store, store.grant(**NAMED), begin=2)
    assert [one.get("asserted") for one in judged["calls"]] == ["0312345678"] * 2


def test_refused_without_its_grant(store: Store) -> None:
    """Another kind, another number, another time: refused by name and recorded. An inquiry opens no call."""
    before = store.leaves("log.lookup_refused")
    other = {**NAMED, "identifiers": [{"kind": "phone", "value": "0311112222"}]}
    short = {**NAMED, "end": f"{DAY}T12:00:00+09:00"}
    for changed, refusal in (
        ({}, KindNotGranted), (other, IdentifierNotGranted), (short, TimeNotGranted),
    ):  # fmt: skip
        with pytest.raises(refusal):
            calls(store, store.grant(**changed))
    assert store.leaves("log.lookup_refused") == before + 3
    with pytest.raises(QuestionRefused):
        calls(store, store.grant(**NAMED), begin=5, end=5)
    with pytest.raises(GrantTermsRefused):
        read_terms({**terms().document(), **NAMED, "ground": "investigation_inquiry"}).checked(
            now=store.workspace.clock.now()
        )
