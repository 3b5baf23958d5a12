"""``sekisho disclosure correct`` and ``sekisho ledger open``: what was answered is corrected by two, and hidden leaves
stay so by command."""

from __future__ import annotations

from tests.cli.conftest import Shop, document
from tests.cli.test_disclosure import desk, token, walked  # noqa: F401  its fixtures

JUDGE = "document.issued_by_judge"


def test_two_people_correct_an_answered_case(
    desk: Shop,  # noqa: F811  asks for the fixture
    walked: tuple[Shop, dict[str, str]],  # noqa: F811  asks for the fixture
) -> None:
    """Stated by the reviewer, confirmed by the releaser, in both languages; one person alone is refused, with 1."""
    case = walked[1]["warrant"]
    reviewer = token(desk, "kakunin", "disclosure.review", "approve")
    releaser = token(desk, "kaiji", "disclosure.release")
    stated = ("disclosure", "correct", "state", case, f"{JUDGE}=false", "--note", "裁判所に照会：発付なし")
    assert desk.run(*stated, by="kakunin").exit_code != 0
    assert desk.run(*stated[:4], "order.unheard", *stated[5:], "--token-file", reviewer).exit_code == 2
    made = document(desk.run(*stated, "--token-file", reviewer, "--json"))
    assert (made["number"], made["was"], made["value"], made["confirmed_by"]) == (1, True, False, None)
    confirm = ("disclosure", "correct", "confirm", case, "1")
    assert desk.run(*confirm, "--token-file", reviewer).exit_code != 0
    assert "確認待ち" in desk.run("disclosure", "correct", "list", case, by="kakunin").stdout
    assert "決定は当時のまま" in desk.run(*confirm, "--token-file", releaser).stdout
    (one,) = document(desk.run("disclosure", "correct", "list", case, "--json", by="kansa"))["corrections"]
    assert (one["stated_by"], one["confirmed_by"]) == ("kakunin", "kaiji")
    assert "kakunin → kaiji" in desk.run("disclosure", "correct", "list", case, "--lang", "en", by="kansa").stdout


def test_a_hidden_cases_leaf_is_none(
    desk: Shop,  # noqa: F811  asks for the fixture
    walked: tuple[Shop, dict[str, str]],  # noqa: F811  asks for the fixture
) -> None:
    """The leaf of a hidden case's step opens for the auditor; to others it is a leaf that isn't there."""
    steps = document(desk.run("disclosure", "show", walked[1]["preservation"], "--timeline", "--json", by="kansa"))
    leaf = str(steps["timeline"][0]["ledger_index"])
    assert document(desk.run("ledger", "open", leaf, by="kansa"))["kind"] == "disclosure.step"
    for by in ("clerk", "auditor", None):
        done = desk.run("ledger", "open", leaf, by=by)
        assert done.exit_code == 2
        assert "no_such_leaf" in done.output or leaf in done.output
