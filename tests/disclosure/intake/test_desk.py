"""Requests taken in: entered, kept as they came, asked back."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import orjson
import pytest

from sekisho.access.errors import ScopeMissing
from sekisho.disclosure.attaching import Papers
from sekisho.disclosure.errors import CaseRefused, UnknownCase
from sekisho.disclosure.intake.desk import ENTRY, LETTER, ORIGINAL, IntakeDesk
from sekisho.disclosure.intake.finding_words import Code
from sekisho.disclosure.intake.papers import read_paper
from sekisho.disclosure.intake.validation import Verdict
from sekisho.disclosure.kinds import CaseType
from sekisho.disclosure.progress import State
from sekisho.disclosure.service import DisclosureService
from sekisho.errors import SekishoError
from sekisho.logs import source_rows
from sekisho.logs.kinds import LogKind
from sekisho.logs.sources import SourceSpec, prefixes
from tests.disclosure.intake.made_requests import draft, item, packed
from tests.disclosure.world import NOW, Desk


@pytest.fixture
def intake(desk: Desk) -> IntakeDesk:
    """The intake of an operator whose 203.0.113.0/24 is shared."""
    covers = prefixes(["203.0.113.0/24"])
    spec = SourceSpec("nat", "関所通信", "mobile", LogKind.AP_NAT, "jsonl", covers=covers)
    desk.workspace.commit(partial(source_rows.add, spec=spec, at=NOW, by="admin"), [])
    return IntakeDesk(desk.workspace, desk.service)


def test_a_request_in_order_is_entered(desk: Desk, intake: IntakeDesk) -> None:
    """It is received, and kept as it came, byte for byte."""
    taken = intake.take(draft(), by=desk["uketsuke"], original=packed())
    assert (taken.entry.state, taken.letter) == (State.RECEIVED, None)
    (paper,) = desk.service.papers.every(taken.entry.id, by=desk["uketsuke"], kind=ORIGINAL)
    assert desk.service.papers.find(taken.entry.id, paper.id, by=desk["uketsuke"])[1] == packed()


def test_asked_back_and_answered(desk: Desk, intake: IntakeDesk) -> None:
    """A question is a step of its own with its letter; what an answer leaves open is asked again."""
    by = desk["uketsuke"]
    taken = intake.take(draft(items=[item(port=None, time="2026-11-20T12:00:00")]), by=by)
    assert taken.entry.state is State.QUESTIONED
    assert taken.letter is not None
    assert taken.letter.fields == ("port_missing", "zone_missing")
    said = desk.service.timeline(taken.entry.id, by=by)[-1].said
    assert said is not None
    assert said["said"]["fields"] == ["port_missing", "zone_missing"]
    (paper,) = desk.service.papers.every(taken.entry.id, by=by, kind=LETTER)
    assert orjson.loads(desk.service.papers.find(taken.entry.id, paper.id, by=by)[1]) == taken.letter.json()

    again = intake.answered(taken.entry.id, draft(items=[item(port=None)]), by=by)
    assert again.entry.state is State.QUESTIONED
    assert again.letter is not None
    assert again.letter.fields == ("port_missing",)

    unknown = frozenset({Code.PORT_MISSING})
    last = intake.answered(taken.entry.id, draft(items=[item(port=None)]), by=by, not_known=unknown)
    assert last.entry.state is State.RECEIVED
    assert last.entry.items == 1
    assert [one.code for one in last.checked.findings] == [Code.PORT_UNKNOWN]


def test_a_refusal_is_entered_and_told(desk: Desk, intake: IntakeDesk) -> None:
    """What can't be taken as it is leaves its leaf and its letter too, and nothing of it can be searched."""
    taken = intake.take(draft(checksum={"sha256": "0" * 64}), by=desk["uketsuke"])
    assert taken.checked.verdict is Verdict.REFUSE
    assert (taken.entry.state, taken.entry.items) == (State.QUESTIONED, 0)


def test_the_same_request_again_after_a_crash(desk: Desk, intake: IntakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever it stopped, the same under the same key ends as one case that was asked back about once."""
    made, by = draft(items=[item(port=None)]), desk["uketsuke"]

    def take() -> Any:
        return intake.take(made, by=by, received_at=NOW, original=b"as it came", idempotency_key="k1")

    class Crash(Exception):
        pass

    def crash(*_: object, **__: object) -> None:
        raise Crash

    for where, name in ((Papers, "attach"), (DisclosureService, "question_back")):
        with monkeypatch.context() as patch:
            patch.setattr(where, name, crash)
            with pytest.raises(Crash):
                take()
    first = take()
    desk.clock.advance(timedelta(minutes=5))
    second = take()
    assert first.entry.id == second.entry.id
    assert second.entry.state is State.QUESTIONED
    events = [one.event for one in desk.service.timeline(first.entry.id, by=by)]
    assert events == ["receive", "paper", "paper", "question"]
    assert desk.service.count(by=by) == 1


def test_what_a_form_says_beyond_a_case(desk: Desk, intake: IntakeDesk) -> None:
    """A suspect's name is kept under the case's key with its papers."""
    typed = {"requester_kind": "prosecutor", "agency": "関所地方検察庁", "suspect": "疑義 太郎", "number": "第1号",
             "dated": "R8.11.21", "valid_until": "R8.11.28", "items": [item()]}  # fmt: skip
    taken = intake.take(read_paper(CaseType.SEARCH_SEIZURE, typed), by=desk["uketsuke"])
    (paper,) = desk.service.papers.every(taken.entry.id, by=desk["uketsuke"], kind=ENTRY)
    assert orjson.loads(desk.service.papers.find(taken.entry.id, paper.id, by=desk["uketsuke"])[1]) == {
        "suspect": "疑義 太郎"
    }


def test_a_secret_request_with_questions_stays_secret(desk: Desk, intake: IntakeDesk) -> None:
    """Asking back tells nobody else inside."""
    taken = intake.take(draft(items=[item(port=None)], secrecy={"state": "ordered"}), by=desk["uketsuke"])
    with pytest.raises(UnknownCase):
        desk.service.find(taken.entry.id, by=desk["uketsuke2"])


def test_nothing_is_entered_where_nobody_asks(desk: Desk, intake: IntakeDesk) -> None:
    """A head that is no case is refused with its field, and leaves no case."""
    with pytest.raises(CaseRefused) as caught:
        intake.take(draft(requester={"name": " "}), by=desk["uketsuke"])
    assert caught.value.fields["field"] == "requester.name"
    assert desk.service.count(by=desk["uketsuke"]) == 0


def test_only_the_intake_takes_in(desk: Desk, intake: IntakeDesk) -> None:
    """Whoever searches or releases doesn't."""
    for name in ("kensaku", "kaiji", "kansa"):
        with pytest.raises(ScopeMissing):
            intake.take(draft(), by=desk[name])


def test_a_request_from_the_future(desk: Desk, intake: IntakeDesk) -> None:
    """Nobody dates a receipt ahead."""
    with pytest.raises(SekishoError):
        intake.take(draft(), by=desk["uketsuke"], received_at=NOW + timedelta(days=1))
    assert DisclosureService(desk.workspace).count(by=desk["uketsuke"]) == 0
