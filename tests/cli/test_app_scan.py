"""``sekisho app scan`` and what is kept of it: on recordings, with and without a workspace."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.cli.conftest import Shop, document, run


def har(*urls: str) -> bytes:
    """A recording of these requests."""
    entries: list[dict[str, Any]] = [
        {
            "startedDateTime": "2026-11-24T00:00:00Z",
            "request": {"method": "GET", "url": url, "headers": [{"name": "User-Agent", "value": "made-up"}]},
            "response": {"status": 200, "headers": []},
        }
        for url in urls
    ]
    log = {"version": "1.2", "creator": {"name": "x", "version": "1"}, "entries": entries}
    return json.dumps({"log": log}).encode()


OWN = "https://www.shop.example.jp/"
KARTE, OTHER = "https://cdn.karte.io/x?cid=1", "https://t.vendor.example.net/x"


def test_a_new_recipient_fails_a_build(tmp_path: Path) -> None:
    """Without a workspace: the first scan is the baseline; the same again ends with 0, with one more recipient with 1
    and its name; another file with 2."""
    (tmp_path / "a.har").write_bytes(har(OWN, KARTE))
    (tmp_path / "b.har").write_bytes(har(OWN, KARTE, OTHER))
    scan = ("app", "scan", "--service", "架空", "--own-host", "shop.example.jp")
    first = run(*scan, tmp_path / "a.har", "--output", tmp_path / "base.json", "--lang", "ja")
    assert first.exit_code == 0, first.output
    assert "KARTE" in first.stdout
    assert "shop.example.jp" not in first.stdout.partition("直すもの")[0]
    same = run(*scan, tmp_path / "a.har", "--baseline", tmp_path / "base.json")
    assert same.exit_code == 0, same.output
    more = run(*scan, tmp_path / "b.har", "--baseline", tmp_path / "base.json", "--lang", "en")
    assert more.exit_code == 1
    assert "example.net" in more.output
    (tmp_path / "x.bin").write_bytes(b"\x7fELF")
    unknown = run(*scan, tmp_path / "x.bin", "--json")
    assert unknown.exit_code == 2
    assert json.loads(unknown.stdout)["error"]["reason"] == "app_target_unknown"


def test_nothing_is_right_from_what_was_not_seen(tmp_path: Path) -> None:
    """A recording without any request and a broken app give no finding that says that all is well; the broken one and
    a policy without text are told as not measured."""
    (tmp_path / "empty.har").write_bytes(har())
    (tmp_path / "broken.apk").write_bytes(b"PK\x03\x04" + b"\x00" * 50)
    (tmp_path / "policy.html").write_text("<!DOCTYPE html><title>外部送信について</title>", encoding="utf-8")
    told = run(
        "app", "scan", tmp_path / "empty.har", tmp_path / "broken.apk", "--policy", tmp_path / "policy.html",
        "--service", "架空", "--json",
    )  # fmt: skip
    found = document(told)
    assert {each["verdict"] for each in found["findings"]}.isdisjoint({"compliant", "addressed", "agrees"})
    reasons = {gap["reason"] for target in found["targets"] for gap in target["not_measured"]}
    assert "policy_empty" in reasons
    assert any(each["name"].endswith("broken.apk") and each["not_measured"] for each in found["targets"])
    assert found["recipients"] == []


def test_scans_are_kept_compared_and_answered(shop: Shop, tmp_path: Path) -> None:
    """In a workspace each scan has a number and a leaf; what is new is told; answers go in by name; old ones go."""
    by, officer = "keeper", "keeper"
    (tmp_path / "a.har").write_bytes(har(OWN, KARTE))
    (tmp_path / "b.har").write_bytes(har(OWN, KARTE, OTHER))
    words = ("--service", "架空", "--own-host", "shop.example.jp", "--json")
    before = shop.size()
    first = document(shop.run("app", "scan", tmp_path / "a.har", *words, by=by))
    second = shop.run("app", "scan", tmp_path / "b.har", *words, "--baseline", "last", by=by)
    assert second.exit_code == 1, second.output
    assert shop.size() > before
    kept = document(shop.run("app", "history", "架空", "--json"))
    assert [each["number"] for each in kept] == [2, 1]
    assert [each["new_recipients"] for each in kept] == [1, 0]
    assert "example.net" in shop.run("app", "show", "last:架空").stdout
    assert document(shop.run("app", "show", kept[1]["id"], "--json"))["recipients"] == first["recipients"]
    assert "架空" in shop.run("app", "list").stdout
    difference = shop.run("app", "compare", kept[1]["id"], kept[0]["id"])
    assert "example.net" in difference.stdout
    assert "covered" in shop.run("app", "questions").stdout
    paper = tmp_path / "paper.txt"
    paper.write_text("記録", encoding="utf-8")
    done = shop.run("app", "answer", "架空", "covered", "yes", "--evidence", paper, by=officer)
    assert done.exit_code == 0, done.output
    answered = document(shop.run("app", "questions", "--service", "架空", "--json"))["questions"]
    assert [each["answer"]["value"] for each in answered if each["answer"]] == ["yes"]
    gone = document(shop.run("app", "forget", "--before", "2099-01-01", "--yes", "--json", by=by))
    assert gone["forgotten"] == 1
    assert len(document(shop.run("app", "history", "架空", "--json"))) == 1


def test_a_site_is_put_on_the_daily_list(shop: Shop) -> None:
    """A schedule is entered, listed and ended; a file can't be scheduled."""
    made = document(
        shop.run("app", "schedule", "架空", "https://www.shop.example.jp/", "--every", "7", "--json", by="keeper")
    )
    assert [each["every_days"] for each in made] == [7]
    assert "shop.example.jp" in shop.run("app", "schedule").stdout
    assert shop.run("app", "schedule", "架空", "a.har", by="keeper").exit_code == 2
    assert document(shop.run("app", "schedule", "架空", "--stop", "--json", by="keeper")) == []
