"""Items that no log here can answer are told so, with what to do: never as if nothing had been found."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sekisho.disclosure.overview import results_document
from sekisho.disclosure.reading import read_item
from sekisho.disclosure.search.errors import NotSearchable
from sekisho.disclosure.search.unasked import WORDS, Unasked, why_unasked
from tests.disclosure.intake.made_requests import checked
from tests.disclosure.intake.made_requests import item as written
from tests.disclosure.logs_made import ready, searched, store_for
from tests.disclosure.made_cases import item
from tests.disclosure.world import Desk

PAGE = item(2, kind="post_url", value="https://example.jp/p/1", port=None)
PLACE = item(3, kind="line", value="line-7", port=None, data_class="location", wanted=["location"])
PHONE = item(4, kind="phone", value="09000000000", port=None, wanted=["log"])


@pytest.fixture
def store(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Logs."""
    made = store_for(desk, monkeypatch)
    yield
    made.lookups.close()
    desk.service.searching.close()


def test_why_an_item_is_not_asked() -> None:
    """A location, a page's address, a number whose log nobody has; an address with a time is asked."""
    found = [why_unasked(read_item(one, "item")) for one in (item(), PAGE, PLACE, PHONE)]
    assert found == [None, Unasked.NO_SEARCH_BY_PAGE, Unasked.NO_LOCATION_LOG, Unasked.NO_LOG_BY_THIS]
    assert set(WORDS) == set(Unasked)


@pytest.mark.usefixtures("store")
def test_beside_others_it_says_so(desk: Desk) -> None:
    """The others are searched; its own outcome names the reason and the result says what to do."""
    made = searched(desk, items=[item(wanted=["log"]), PAGE])
    told = results_document(desk.service.deciding.results(made.id, by=desk["kaiji"]))
    assert [(one["outcome"], one["lack"]) for one in told] == [("unique", None), ("coverage_gap", "no_search_by_page")]
    assert told[0]["advice"] is None
    assert "送信元のIPアドレス" in told[1]["advice"]["ja"]


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(("one", "word"), [(PAGE, "投稿のURL"), (PLACE, "位置情報"), (PHONE, "識別子")])
def test_alone_it_is_refused_with_what_to_do(desk: Desk, one: dict[str, object], word: str) -> None:
    """Nothing to search is an error with the sentence, before anybody approves anything."""
    made = ready(desk, items=[{**one, "number": 1}])
    with pytest.raises(NotSearchable) as caught:
        desk.service.searching.request(made.id, by=desk["kensaku"])
    assert word in caught.value.sentence("ja")
    assert "{" not in caught.value.sentence("en")


def test_the_sender_is_told_at_once() -> None:
    """A page's address is noted at intake: what would help is said before anybody waits for it."""
    found = checked(written(kind="post_url", value="https://example.jp/p/1", port=None))
    assert [one.code.value for one in found.findings] == ["page_not_searched"]
    assert found.case is not None
    assert len(found.case.items) == 1
