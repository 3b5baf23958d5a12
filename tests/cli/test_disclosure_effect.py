"""``sekisho disclosure effect`` and ``secrecy``: own figures by command, and how a case stops being secret."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Shop, document
from tests.cli.test_disclosure import desk, token, walked

__all__ = ["desk", "walked"]


def test_figures_are_for_those_who_may_have_them(walked: tuple[Shop, dict[str, str]], tmp_path: Path) -> None:
    """Exact for the house, with small counts hidden for others, in both languages; nobody else gets any."""
    shop, _ = walked
    days = ("--from", "2026-01-01", "--to", "2099-12-31")
    exact = document(shop.run("disclosure", "effect", "outcome", *days, "--json", by="kansa"))
    public = document(shop.run("disclosure", "effect", "outcome", *days, "--publish", "--json", by="kansa"))
    assert exact != public
    assert shop.run("disclosure", "effect", "outcome", *days, "--lang", "en", by="kansa").exit_code == 0
    assert shop.run("disclosure", "effect", "outcome", *days, by="kensaku").exit_code == 3
    assert shop.run("disclosure", "effect", "outcome", *days, "--publish", by="kaiji").exit_code == 3
    csv = tmp_path / "kept.csv"
    assert shop.run("disclosure", "effect", "retention", "--csv", str(csv), by="kansa").exit_code == 0
    assert csv.read_bytes().startswith(b"\xef\xbb\xbf")


def test_own_times_go_into_the_study(walked: tuple[Shop, dict[str, str]], tmp_path: Path) -> None:
    """What is measured is read by the study as it stands, be it nothing yet."""
    shop, _ = walked
    measured = document(shop.run("disclosure", "effect", "times", "--json", by="kansa"))["study"]
    file = tmp_path / "times.json"
    file.write_text(json.dumps(measured), encoding="utf-8")
    chart = tmp_path / "changes.svg"
    asked = ("--times", str(file), "--draws", "1000", "--changes-chart", str(chart))
    done = shop.run("disclosure", "retention-study", *asked)
    assert done.exit_code == 0, done.output
    assert chart.read_text(encoding="utf-8").startswith("<svg")


def test_secrecy_ends_by_two(desk: Shop, walked: tuple[Shop, dict[str, str]]) -> None:
    """Stated by one with a token, and still secret; confirmed by another; not by the same, not before its time."""
    case = walked[1]["hidden"]
    shown = document(desk.run("disclosure", "show", case, "--json", by="kansa"))
    first = next(who for who in ("uketsuke", "kakunin") if who in json.dumps(shown))
    file = token(desk, first, "disclosure.intake" if first == "uketsuke" else "disclosure.review")
    words = ("disclosure", "secrecy", "state", case)
    early = desk.run(*words, "time_over", "--note", "期日", "--token-file", file)
    assert early.exit_code in (1, 2)
    made = document(desk.run(*words, "document", "--note", "解除の通知 第5号", "--token-file", file, "--json"))
    assert (made["number"], made["confirmed_by"]) == (1, None)
    confirm = ("disclosure", "secrecy", "confirm", case, "1", "--token-file")
    assert desk.run(*confirm, file).exit_code == 3
    second = token(desk, "kakunin", "disclosure.review")
    assert desk.run(*confirm, second).exit_code == 0
    (told,) = document(desk.run("disclosure", "secrecy", "list", case, "--json", by="kansa"))["ends"]
    assert told["confirmed_by"] == "kakunin"
    assert desk.run("disclosure", "show", case, by="hogo").exit_code == 0


@pytest.mark.parametrize("command", ["outcome", "times", "retention"])
def test_without_staff_there_are_no_figures(walked: tuple[Shop, dict[str, str]], command: str) -> None:
    """Nobody named is nobody who may."""
    days = ("--from", "2026-01-01", "--to", "2026-12-31") if command == "outcome" else ()
    assert walked[0].run("disclosure", "effect", command, *days).exit_code != 0
