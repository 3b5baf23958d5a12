"""A paper that a case has already is asked about, and taken in again only with a reason on record."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from sekisho.disclosure.attaching import links_of
from sekisho.disclosure.errors import PaperEnteredBefore
from sekisho.disclosure.intake.desk import IntakeDesk
from sekisho.disclosure.intake.same_paper import CAME, SAME_PAPER
from sekisho.disclosure.tables import disclosure_link
from tests.disclosure.intake.made_requests import draft, item, packed
from tests.disclosure.intake.test_desk import intake
from tests.disclosure.world import NOW, Desk

__all__ = ["intake"]


def take(desk: Desk, intake: IntakeDesk, who: str = "uketsuke", **changed: Any) -> str:
    """The id of a request that was taken in."""
    named = {name: changed.pop(name) for name in ("original", "again", "idempotency_key") if name in changed}
    return intake.take(draft(**changed), by=desk[who], received_at=NOW, **named).entry.id


def test_the_same_number_and_day_of_the_same_requester(desk: Desk, intake: IntakeDesk) -> None:
    """It says which case has it; with a reason it goes on, and the reason is in the first step."""
    first = take(desk, intake)
    with pytest.raises(PaperEnteredBefore) as caught:
        take(desk, intake, "uketsuke2", items=[item(port=2001)])
    assert caught.value.fields["cases"] == [first]
    assert first in caught.value.sentence("ja")
    assert desk.service.count(by=desk["kansa"]) == 1
    assert [one.said["reason"] for one in intake.refused.every(by=desk["kansa"])] == ["disclosure_paper_entered_before"]
    second = take(desk, intake, "uketsuke2", again="対象が追加された別紙が届いたため")
    said = desk.service.timeline(second, by=desk["kansa"])[0].said
    assert said is not None
    assert (said["said"]["same_paper"], said["said"]["again"]) == ([first], "対象が追加された別紙が届いたため")
    with desk.workspace.database.read() as connection:
        assert links_of(connection, second, SAME_PAPER) == [first]


@pytest.mark.parametrize(
    "changed",
    [
        {"document": {"number": "第2号"}},
        {"document": {"dated": "令和8年11月20日"}},
        {"requester": {"name": "隣県警察本部"}},
    ],
)
def test_another_paper_is_another(desk: Desk, intake: IntakeDesk, changed: dict[str, Any]) -> None:
    """Another number, day or requester is no repeat."""
    take(desk, intake)
    take(desk, intake, **changed)
    assert desk.service.count(by=desk["kansa"]) == 2


def test_the_same_bytes(desk: Desk, intake: IntakeDesk) -> None:
    """Whatever was typed of it, the same file is the same paper; its hash stands nowhere in the clear."""
    first = take(desk, intake, original=packed())
    with pytest.raises(PaperEnteredBefore):
        take(desk, intake, original=packed(), document={"number": "第2号"})
    digest = "a" * 64
    take(desk, intake, document={"number": "第3号", "sha256": digest})
    with pytest.raises(PaperEnteredBefore):
        take(desk, intake, document={"number": "第4号", "sha256": digest})
    with desk.workspace.database.read() as connection:
        query = select(disclosure_link.c.target).where(disclosure_link.c.kind == CAME)
        kept = connection.execute(query).scalars().all()
        assert len(links_of(connection, first, CAME)) == 1
    assert digest not in kept


def test_a_repeat_under_one_key_is_no_second_intake(desk: Desk, intake: IntakeDesk) -> None:
    """What a crash left in doubt is asked again and is the same case."""
    first = take(desk, intake, original=packed(), idempotency_key="k1")
    assert take(desk, intake, original=packed(), idempotency_key="k1") == first


def test_a_secret_case_is_not_told_of(desk: Desk, intake: IntakeDesk) -> None:
    """Who mustn't know of it isn't asked about it; its own clerk is."""
    take(desk, intake, secrecy={"state": "ordered"})
    take(desk, intake, "uketsuke2")
    with pytest.raises(PaperEnteredBefore) as caught:
        take(desk, intake, secrecy={"state": "ordered"})
    assert caught.value.fields["count"] == 2


def entered_meanwhile(desk: Desk, intake: IntakeDesk, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Another clerk enters the same paper after the next one was looked up, and before it is written."""
    receive, others = desk.service.receive, list[str]()

    def late(*given: Any, **named: Any) -> Any:
        monkeypatch.setattr(desk.service, "receive", receive)
        others.append(take(desk, intake, "uketsuke2", again="別便"))
        return receive(*given, **named)

    monkeypatch.setattr(desk.service, "receive", late)
    return others


def test_two_clerks_at_one_moment(desk: Desk, intake: IntakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second is asked, though nobody had the paper when it was looked up; nothing of it is written."""
    others = entered_meanwhile(desk, intake, monkeypatch)
    with pytest.raises(PaperEnteredBefore) as caught:
        take(desk, intake)
    assert caught.value.fields["cases"] == others
    assert desk.service.count(by=desk["kansa"]) == 1


def test_with_a_reason_the_second_names_the_first(
    desk: Desk, intake: IntakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever has a reason goes on, and the case that came in between is in the first step of theirs."""
    others = entered_meanwhile(desk, intake, monkeypatch)
    second = take(desk, intake, again="訂正版が届いたため")
    said = desk.service.timeline(second, by=desk["kansa"])[0].said
    assert said is not None
    assert said["said"]["same_paper"] == others
    with desk.workspace.database.read() as connection:
        assert links_of(connection, second, SAME_PAPER) == others
