"""What follows from the records of a hearing: nothing opens the gate for a sender who still has time, or objects."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.disclosure.hearing.record import TWO_WEEKS, Answer, Entry, Hearing, What, Why, read

DAY = date(2026, 11, 24)


def entries(*said: tuple[What, dict[str, Any]]) -> list[Entry]:
    """Records in order."""
    return [Entry(at, what, "kaiji", "2026-11-24T12:00:00+09:00", told) for at, (what, told) in enumerate(said, 1)]


def drafted(number: int, *items: int) -> tuple[What, dict[str, Any]]:
    """A letter."""
    told = {"inquiry": number, "stage": "voluntary", "items": list(items), "letter": f"p{number}"}
    return What.DRAFTED, told


def sent(number: int, on: date = DAY) -> tuple[What, dict[str, Any]]:
    """Sent."""
    due = on + timedelta(days=14)
    return What.SENT, {"inquiry": number, "on": on.isoformat(), "due": due.isoformat(), "channel": "post"}


def answered(number: int, answer: Answer, on: date = DAY) -> tuple[What, dict[str, Any]]:
    """Answered."""
    told = {"inquiry": number, "answer": answer.value, "on": on.isoformat(), "how": "書面", "reasons": "理由"}
    return What.ANSWERED, told


def test_nothing_recorded_is_nobody_asked() -> None:
    """No record, a letter that wasn't sent, an item that no letter was about: not asked."""
    assert Hearing().facts([1], DAY) == {"hearing.asked": False}
    assert Hearing().facts([], DAY) == {"hearing.asked": False}
    assert read(entries(drafted(1, 1))).facts([1], DAY) == {"hearing.asked": False}
    assert read(entries(drafted(1, 1), sent(1))).facts([2], DAY) == {"hearing.asked": False}


def test_days_are_counted_to_the_end_of_what_was_granted() -> None:
    """Fourteen days don't become fifteen while granted time runs; silence is told apart from an answer."""
    found = read(entries(drafted(1, 1), sent(1)))
    assert found.facts([1], DAY + timedelta(days=14)) == {"hearing.asked": True, "hearing.days_waited": TWO_WEEKS}
    over = {"hearing.asked": True, "hearing.days_waited": 15, "hearing.answer": "no_answer"}
    assert found.facts([1], DAY + timedelta(days=15)) == over
    more = {"inquiry": 1, "due": (DAY + timedelta(days=30)).isoformat(), "reason": "相談中"}
    longer = read([*entries(drafted(1, 1), sent(1)), Entry(3, What.EXTENDED, "kaiji", "", more)])
    assert longer.facts([1], DAY + timedelta(days=30)) == {"hearing.asked": True, "hearing.days_waited": TWO_WEEKS}


def test_of_several_senders_the_least_decides() -> None:
    """Together they agree only where each does; one who still has time keeps all waiting."""
    both = [drafted(1, 1), sent(1), drafted(2, 2), sent(2), answered(1, Answer.AGREES)]
    assert "hearing.answer" not in read(entries(*both)).facts([1, 2], DAY)
    assert read(entries(*both)).facts([1], DAY)["hearing.answer"] == "agrees"
    assert read(entries(*both, answered(2, Answer.AGREES))).facts([1, 2], DAY)["hearing.answer"] == "agrees"
    assert read(entries(*both, answered(2, Answer.OPPOSES))).facts([1, 2], DAY)["hearing.answer"] == "opposes"


def test_unheard_counts_once_it_was_confirmed() -> None:
    """A proposal is nothing; confirmed it tells why; the sender's own answer stands beside it."""
    said = {"unheard": 1, "items": [1], "why": Why.UNREACHABLE.value, "reason": "返送"}
    proposed = entries((What.UNHEARD, said))
    assert read(proposed).facts([1], DAY) == {"hearing.asked": False}
    confirmed = read([*proposed, Entry(2, What.CONFIRMED, "kakunin", "", {"unheard": 1})])
    facts = confirmed.facts([1], DAY)
    assert (facts["hearing.unreachable"], facts["hearing.special_circumstances"]) == (True, False)
    assert "hearing.unreachable" not in confirmed.facts([1, 2], DAY)


_EVENTS = st.lists(
    st.tuples(st.sampled_from(["sent", "agrees", "opposes"]), st.integers(0, 20)), min_size=1, max_size=6
)


@settings(max_examples=200, deadline=None)
@given(_EVENTS, st.integers(0, 60))
def test_an_objection_ends_by_consent_alone(events: list[tuple[str, int]], after: int) -> None:
    """However letters and answers follow each other: after an objection only a later consent tells of agreement."""
    said, number, last = [], 0, None
    for name, day in events:
        if name == "sent" or not number:
            number += 1
            said += [drafted(number, 1), sent(number, DAY + timedelta(days=day))]
            continue
        last = Answer(name)
        said.append(answered(number, last))
    facts = read(entries(*said)).facts([1], DAY + timedelta(days=after))
    if facts.get("hearing.answer") == "agrees":
        assert last is Answer.AGREES
    if last is Answer.OPPOSES:
        assert facts.get("hearing.answer", "opposes") == "opposes"
