"""What leads to the next provider is passed on with the very time that the paper names, however exactly it names it."""

from __future__ import annotations

import pytest

from sekisho.disclosure.chain.handover import Passed
from sekisho.disclosure.chain.incoming import _item
from sekisho.disclosure.chain.naming import leads, passed
from sekisho.disclosure.outcome_rows import Result
from sekisho.disclosure.record import Item
from sekisho.logs.lookup.answer import Outcome
from tests.disclosure.made_cases import case, item

FOREIGN = Result(1, Outcome.NEXT_PROVIDER, None, 3, ({"outcome": "next_provider"},))


def passed_on(asked: Item) -> Passed:
    """What is passed on of an address that isn't this operator's."""
    (one,) = passed(asked, leads(asked, FOREIGN, ()), first=1)
    return one


@pytest.mark.parametrize("precision", ["second", "minute", "hour", "day"])
@pytest.mark.parametrize("at", ["2026-11-20T12:00:00+09:00", "2026-11-20T12:34:56.5+09:00", "2026-11-20T03:00:00Z"])
def test_the_next_provider_looks_at_the_same_time(precision: str, at: str) -> None:
    """From the first moment to the last: a narrower time would name whoever had the address just then."""
    (asked,) = case(items=[item(begin=at, end=at, precision=precision)]).items
    (theirs,) = case(items=[_item(passed_on(asked), ["log"])]).items
    assert (theirs.begin, theirs.until) == (asked.begin, asked.until)
