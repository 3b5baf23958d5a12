"""``sekisho disclosure``: a case by command, in both languages and as JSON, and what is refused with which code."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from sekisho.cli.demo_disclosure import DisclosureWalk
from sekisho.cli.demo_people import hired
from sekisho.cli.disclosure_options import PARTS
from sekisho.disclosure import papers
from sekisho.disclosure.progress import Part, State
from sekisho.disclosure.step_words import STATES
from sekisho.keys import KeyFile
from sekisho.workspace import Workspace
from tests.api.conftest import issue
from tests.cli.conftest import EXAMPLES, Shop, document

REQUESTS = EXAMPLES.with_name("disclosure")
OFFICE = {"name": "関所通信株式会社", "address": ["関所市港1-2-3"], "signs": "法務部長　架空 一", "desk": "開示窓口"}


@pytest.fixture(scope="module")
def walked(model: Shop, tmp_path_factory: pytest.TempPathFactory) -> tuple[Shop, dict[str, str]]:
    """A workspace that the demonstration's requests went through, and the case of each; changed by none of these."""
    path = tmp_path_factory.mktemp("walked") / "ws"
    shop = Shop(path, path.with_name("ws.key"))
    shutil.copytree(model.path, shop.path)
    shutil.copy2(model.key, shop.key)
    with Workspace.open(shop.path, keyring=KeyFile(shop.key)) as workspace:
        cases = {one.name: one.case for one in DisclosureWalk(workspace, hired(workspace)).steps()}
    return shop, cases


@pytest.fixture
def desk(walked: tuple[Shop, dict[str, str]], tmp_path: Path) -> Shop:
    """A copy of it to change."""
    made = Shop(tmp_path / "ws", tmp_path / "ws.key")
    shutil.copytree(walked[0].path, made.path)
    shutil.copy2(walked[0].key, made.key)
    return made


def token(shop: Shop, who: str, *scopes: str) -> str:
    """A file with somebody's token."""
    file = shop.path.with_name(f"{who}.token")
    file.touch(0o600)
    file.write_text(issue(shop, *scopes, holder=who), encoding="utf-8")
    return str(file)


def test_the_walk_ends_as_it_says(walked: tuple[Shop, dict[str, str]]) -> None:
    """Each made-up request stands where the demonstration says, and the hidden one is in nobody else's list."""
    shop, cases = walked
    every = document(shop.run("disclosure", "list", "--all", "--json", by="kansa"))
    states = {one["id"]: one["state"] for one in every["cases"]}
    assert {name: states[case] for name, case in cases.items()} == {
        "inquiry": "reviewed", "preservation": "holding", "warrant": "delivered", "ambiguous": "decided",
        "claim": "waiting", "hidden": "holding",
    }  # fmt: skip
    mine = document(shop.run("disclosure", "list", "--all", "--json", by="hogo"))
    assert mine["total"] == every["total"] - 1 == len(mine["cases"])
    assert cases["hidden"] not in json.dumps(mine)


def test_a_case_in_both_languages(walked: tuple[Shop, dict[str, str]]) -> None:
    """What is shown of every case is in the language that was asked for, and no state or part is a bare code."""
    shop, cases = walked
    assert set(STATES) == set(State)
    assert set(PARTS) == set(Part)
    for case in cases.values():
        for command in ("show", "decide"):
            done = shop.run("disclosure", command, case, "--lang", "en", by="kansa")
            assert done.exit_code == 0, done.output
            told = done.stdout.splitlines()[0] if command == "show" else done.stdout
            assert re.search("[ぁ-ん]", re.sub(r"関所県\S*|請求 花子|令和\S*", "", told)) is None, told
        assert shop.run("disclosure", "show", case, "--timeline", by="kansa").exit_code == 0


def test_an_inquiry_by_command(desk: Shop) -> None:
    """Received, checked, reviewed by a token, refused; without a token the review is refused with 3."""
    file = str(REQUESTS / "inquiry.json")
    looked = document(desk.run("disclosure", "receive", file, "--dry-run", "--json", by="uketsuke"))
    assert looked == {"entered": False, "intake": {"verdict": "accept", "findings": [], "reasons": []}}
    case = document(desk.run("disclosure", "receive", file, "--json", by="uketsuke"))["id"]
    verdicts = _verdicts(desk, case)
    assert {verdicts[act, "secrecy"] for act in ("hold", "search", "disclose", "forward")} == {"refuse"}
    assert verdicts["search", "subscriber"] == "need_evidence"
    for name in ("number_confirmed", "called_back"):
        done = desk.run("disclosure", "check", case, f"authenticity.{name}", "--note", "折り返し", by="uketsuke")
        assert done.exit_code == 0, done.output
    bare = desk.run("disclosure", "check", case, "document.in_writing", by="uketsuke")
    assert bare.exit_code == 2
    weak = desk.run("disclosure", "review", case, "--note", "確認", by="kakunin")
    assert weak.exit_code == 3
    file = token(desk, "kakunin", "disclosure.review", "approve")
    assert desk.run("disclosure", "review", case, "--note", "確認", "--token-file", file).exit_code == 0
    stopped = desk.run("disclosure", "search", "request", case, by="kensaku")
    assert (stopped.exit_code, "令状" in stopped.stderr) == (1, True)
    why = ("--reason", "lawful_ground_missing", "--note", "令状が要る")
    refused = document(desk.run("disclosure", "refuse", case, *why, "--token-file", file, "--json"))
    assert refused["state"] == "refused"


def test_what_was_handed_over_opens_elsewhere(desk: Shop, walked: tuple[Shop, dict[str, str]], tmp_path: Path) -> None:
    """The very package again, written for its recipient alone; another case's isn't found, and no file is replaced."""
    case = walked[1]["warrant"]
    (package,) = document(desk.run("disclosure", "deliver", "list", case, "--json", by="kaiji"))
    file, out = token(desk, "kaiji", "disclosure.release"), tmp_path / "out"
    words = (
        "deliver",
        "again",
        case,
        package["package"],
        "--channel",
        "medium",
        "--how",
        "読めなかった",
        "--out",
        str(out),
    )
    done = document(desk.run("disclosure", *words, "--token-file", file, "--json"))
    assert [Path(one).stat().st_mode & 0o777 for one in done["files"]] == [0o600, 0o600]
    Path(done["files"][0]).write_bytes(b"something else")
    again = desk.run("disclosure", *words, "--token-file", file)
    assert again.exit_code == 2
    other = ("deliver", "release", walked[1]["ambiguous"], package["package"], "--channel", "medium", "--how", "x")
    assert desk.run("disclosure", *other, "--out", str(out), "--token-file", file).exit_code == 2


def test_papers_are_printed(desk: Shop, walked: tuple[Shop, dict[str, str]], tmp_path: Path) -> None:
    """Letter to the sender, notice of a hold, quote and list as PDF; none to a sender of a secret case."""
    office = tmp_path / "office.json"
    office.write_text(json.dumps(OFFICE), encoding="utf-8")
    cases = walked[1]
    (package,) = document(desk.run("disclosure", "deliver", "list", cases["warrant"], "--json", by="kaiji"))
    fixed = ("--office", str(office), "--number", "回-1")
    for number, (case, kind, more) in enumerate((
        ("claim", "opinion_inquiry", ("--inquiry", "1")),
        ("preservation", "hold_notice", ()),
        ("claim", "quote", ("--payment", "振込", "--by-day", "2099-01-01")),
        ("warrant", "inventory", ("--package", package["package"], "--belongs-to", "回-1")),
    )):  # fmt: skip
        out = tmp_path / f"{number}.pdf"
        words = ("paper", "print", cases[case], kind, *fixed, *more, "--out", str(out), "--json")
        who = "kensaku" if kind == "hold_notice" else "kaiji"
        assert document(desk.run("disclosure", *words, by=who))["pages"] >= 1
        assert out.read_bytes().startswith(b"%PDF-")
    own = tmp_path / "own"
    own.mkdir()
    packaged = Path(papers.__file__).parent / "templates" / "style.css"
    (own / "style.css").write_bytes(packaged.read_bytes() + b"\nbody { color: #222; }\n")
    quote = ("paper", "print", cases["claim"], "quote", *fixed, "--payment", "振込", "--by-day", "2099-01-01")
    mine = (*quote, "--templates", str(own), "--out", str(tmp_path / "mine.pdf"), "--json")
    assert document(desk.run("disclosure", *mine, by="kaiji"))["sha256"] != document(
        desk.run("disclosure", *quote, "--out", str(tmp_path / "plain.pdf"), "--json", by="kaiji")
    )["sha256"]
    (own / "stranger.html").write_text("x", encoding="utf-8")
    assert desk.run("disclosure", *mine[:-2], str(tmp_path / "no.pdf"), by="kaiji").exit_code == 2
    secret = ("paper", "print", cases["preservation"], "opinion_inquiry", *fixed, "--inquiry", "1", "--out", "x.pdf")
    assert desk.run("disclosure", *secret, by="kaiji").exit_code == 2


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("list",), 2),
        (("show", "d0123456789abcdef"), 3),
        (("receive", "nothing.json"), 2),
        (("receive", "-", "--form", "paper"), 2),
        (("decide", "d0123456789abcdef", "--disclose", "1-"), 3),
        (("retention-study", "--subscribers", "10"), 2),
        (("retention-study", "--draws", "1"), 2),
        (("report", "2026"), 2),
        (("leak", "open", "--noticed-at", "2026-11-23", "--category", "secrecy"), 2),
    ],
)
def test_misuse_is_a_sentence(shop: Shop, words: tuple[str, ...], code: int) -> None:
    """A wrong word, file, time or person ends with its code and one sentence, as JSON where that was asked for."""
    by = None if words == ("list",) else "auditor"
    done = shop.run("disclosure", *words, "--json", by=by, stdin="")
    assert done.exit_code == code, done.output
    found: Any = json.loads(done.stdout)
    assert found["error"]["message"]["ja"]


def _verdicts(shop: Shop, case: str) -> dict[tuple[str, str], str]:
    found = document(shop.run("disclosure", "decide", case, "--json", by="uketsuke"))["permissions"]
    return {(one["act"], one["data_class"]): one["verdict"] for one in found}


def test_what_was_refused_at_intake_is_listed(desk: Shop, tmp_path: Path) -> None:
    """A request that no case can be made of leaves its line, in both languages; looking it over leaves none."""
    file = tmp_path / "bad.json"
    file.write_text('{"type": "curiosity"}', encoding="utf-8")
    head = tmp_path / "head.json"
    head.write_text("{}", encoding="utf-8")
    assert desk.run("disclosure", "receive", file, "--dry-run", by="uketsuke").exit_code != 0
    assert document(desk.run("disclosure", "refused", "--json", by="kansa"))["refused"] == []
    assert desk.run("disclosure", "receive", file, by="uketsuke").exit_code != 0
    assert desk.run("disclosure", "batch", file, "--head", head, by="uketsuke").exit_code != 0
    found = document(desk.run("disclosure", "refused", "--json", by="kansa"))["refused"]
    assert [one["said"]["form"] for one in found] == ["csv", "json"]
    assert "command/json  uketsuke  disclosure_case_refused" in desk.run("disclosure", "refused", by="uketsuke").stdout
