"""The same order by post and by line, in either order, over HTTP: a note for whoever reviews, and no refusal."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.disclosure_desk import HttpDesk, a_request, over_http
from tests.disclosure.agency.conftest import Line

PAPER = {"document": {"number": "令和8年（る）第1号", "dated": "令和8年11月22日"}}


def by_post(http: HttpDesk, **changed: Any) -> str:
    """The warrant as the clerk types it in; no reason is given for taking it in again."""
    written = a_request()
    document = {**written["document"], **PAPER["document"], **changed.pop("document", {})}
    said = http.post("uketsuke", "", {"request": {**written, **changed, "document": document}})
    return str(said["case"]["id"])


def by_line(line: Line, **changed: Any) -> str:
    """The same from the agency."""
    warrant = line.warrant(**changed)
    task = line.asked(warrant)
    answers = line.agency.create(warrant, task)
    assert all("CREATEResponse" in one for one in answers), answers
    return line.case_of(task)


def told(http: HttpDesk, case: str, who: str = "kakunin") -> list[str]:
    """What somebody who looks at a case is told."""
    return list(http.get(who, f"/{case}")["same_paper"])


@pytest.mark.parametrize("first", ["post", "line"])
def test_by_post_and_by_line(line: Line, first: str) -> None:
    """Both are taken in, whichever came first; the reviewer of either is told of the other."""
    with over_http(line.desk) as http:
        if first == "post":
            paper = by_post(http)
            sent = by_line(line)
        else:
            sent = by_line(line)
            paper = by_post(http)
        assert paper != sent
        assert (told(http, paper), told(http, sent)) == ([sent], [paper])


def test_another_paper_is_no_note(line: Line) -> None:
    """Another number or day isn't the same; nor are two tasks of one agency that rest on one paper."""
    with over_http(line.desk) as http:
        paper = by_post(http, document={"dated": "令和8年11月21日"})
        sent, again = by_line(line), by_line(line)
        assert [told(http, one) for one in (paper, sent, again)] == [[], [], []]


def test_a_second_paper_is_asked_about_as_ever(line: Line) -> None:
    """That it came by line too doesn't open the way for a third: the same paper twice by post needs a reason."""
    with over_http(line.desk) as http:
        by_line(line)
        paper = by_post(http)
        written = a_request()
        written["document"] = {**written["document"], **PAPER["document"]}
        assert http.refused("uketsuke2", "", {"request": written}) == "disclosure_paper_entered_before"
        assert len(told(http, paper)) == 1
