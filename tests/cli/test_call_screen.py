"""``sekisho call screen`` and ``sekisho call rules``."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from sekisho.calls.feature_words import in_words
from sekisho.calls.screening import agreements as trunk_agreements
from sekisho.calls.screening import bundle as bundles
from sekisho.calls.screening.vocabulary import FEATURES
from tests.calls.screening.world import AGREEMENTS, AT, shipped_json
from tests.cli.conftest import run

_CALL: dict[str, Any] = {
    "at": "2026-11-23T12:00:00+09:00", "trunk": "own-reject", "direction": "egress", "called": "0666669876",
    "asserted": "0666661234", "isup": {"screening": "unverified"}, "privacy": ["None"],
}  # fmt: skip


def _run(*arguments: str) -> Result:
    return run("call", *arguments)


def _file(folder: Path, document: object) -> str:
    path = folder / "call.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return str(path)


def test_a_call_is_explained_in_both_languages(tmp_path: Path) -> None:
    """By a bundle, the outcome, the rule, its basis and the call's features are told."""
    root = tmp_path / "bundles"
    parts = {"rules.json": shipped_json(), "agreements.json": trunk_agreements.to_json(AGREEMENTS)}
    bundles.write(root, parts, made_at=AT)
    path = _file(tmp_path, _CALL)
    ja = _run("screen", path, "--bundle", str(root), "--lang", "ja")
    assert ja.exit_code == 0, ja.output
    assert "つながない (603)" in ja.output
    assert "異なる電気通信番号の送信の防止" in ja.output
    en = _run("screen", path, "--bundle", str(root / "00000001"), "--lang", "en")
    assert "is refused (603)" in en.output
    assert "- 合意との照合: 合意していない番号" in ja.output
    assert "- compared with the agreement: not agreed" in en.output
    for code in ("own_numbers", "wish_listed", "not_said"):
        assert code not in ja.output
        assert code not in en.output
    assert "Secrecy of communications" in en.output
    told = json.loads(_run("screen", path, "--bundle", str(root), "--json").output)
    assert told["decision"]["rule"] == "calls.egress.not-agreed"
    assert told["features"]["agreed"] == "no"
    assert told["bundle"]["name"] == "00000001"


def test_every_feature_has_words() -> None:
    """No value of a feature is told by its code alone, in either language; Japanese words are Japanese."""
    for feature, values in FEATURES.items():
        told = [in_words(feature, value, "ja") for value in values]
        assert len({words for _, words in told}) == len(values)
        assert all(re.search(r"[ぁ-ん一-龥ァ-ヶ]", text) for pair in told for text in pair)
        assert all(in_words(feature, value, "en")[1] for value in values)


def test_without_a_bundle_the_shipped_rules_judge(tmp_path: Path) -> None:
    """No agreement is known then, and the command says so; an emergency call is told as one."""
    told = json.loads(_run("screen", _file(tmp_path, _CALL), "--json").output)
    assert told["decision"]["reason"] == "no_agreement"
    emergency = json.loads(_run("screen", _file(tmp_path, _CALL | {"called": "119"}), "--json").output)
    assert emergency["decision"]["reason"] == "emergency_call"
    early = json.loads(_run("screen", _file(tmp_path, _CALL | {"at": "2001-01-01T00:00:00Z"}), "--json").output)
    assert early["decision"]["failed_open"] == "no_rules_for_that_day"
    assert "couldn't be judged" in _run(
        "screen", _file(tmp_path, _CALL | {"at": "2001-01-01T00:00:00Z"}), "--lang", "en"
    ).output


@pytest.mark.parametrize(
    "document",
    [
        [], {}, _CALL | {"at": "yesterday"}, _CALL | {"at": "2026-11-23T12:00:00"}, _CALL | {"direction": "up"},
        _CALL | {"mood": "bad"}, _CALL | {"asserted": 3}, _CALL | {"isup": {"screening": "?"}},
        _CALL | {"isup": {"restricted": "yes"}}, _CALL | {"diverted_by": "0312345678"}, _CALL | {"trunk": None},
        _CALL | {"emergency_callback": "true"}, _CALL | {"asserted": "1" * 1001},
        _CALL | {"asserted_others": ["0"] * 101},
    ],
)  # fmt: skip
def test_a_description_that_isnt_one_is_refused(document: object, tmp_path: Path) -> None:
    """Unknown keys, wrong types and a moment without zone are refused, with the field's name."""
    done = _run("screen", _file(tmp_path, document), "--json")
    assert done.exit_code == 2
    assert "call_description_refused" in done.output


def test_rules_are_listed_with_their_basis() -> None:
    """Every rule of a day is told with basis and state of its text; before the first day there is none."""
    told = json.loads(_run("rules", "--on", "2026-11-23", "--json").output)
    assert len(told["rules"]) >= 30
    assert all(each["basis"] for each in told["rules"])
    assert told["rules"][0]["id"] == "calls.emergency.outgoing"
    ja = _run("rules", "--on", "2026-11-23", "--lang", "ja").output
    assert "通信の秘密" in ja
    assert "本文は未確認" in ja
    assert json.loads(_run("rules", "--on", "2001-01-01", "--json").output)["rules"] == []
