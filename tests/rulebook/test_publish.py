"""Publishing: the lock only grows, and two people write the same bytes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sekisho.contracts.facts import CATALOGUE
from sekisho.rulebook.errors import RulebookRefused
from sekisho.rulebook.loader import LOCK_NAME, load_folder
from sekisho.rulebook.publish import prepare, read_lock, read_sources, write_lock
from tests.rulebook.small_law import DUTY, METHODS, SCOPE, sources


def laid_out(folder: Path, rules: str = DUTY + SCOPE + METHODS) -> Path:
    """The small law as files."""
    for name, text in sources(rules=rules).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def published(folder: Path) -> None:
    """Publish what lies there."""
    write_lock(folder, prepare(read_sources(folder), CATALOGUE, read_lock(folder)))


def test_a_published_rulebook_loads(tmp_path: Path) -> None:
    """After publishing, the loader finds every rule in the lock; a second time nothing is written."""
    folder = laid_out(tmp_path)
    made = prepare(read_sources(folder), CATALOGUE, read_lock(folder))
    assert made.new == ("small.duty", "small.scope", "small.shown", "small.shown.2024-01", "small.signature")
    assert write_lock(folder, made)
    assert not write_lock(folder, made)
    assert len(load_folder(folder, CATALOGUE).rules) == 5


def test_the_lock_is_deterministic(tmp_path: Path) -> None:
    """The order of rules and files doesn't matter: sorted, one line for each rule, ending in a newline."""
    first, second = laid_out(tmp_path / "a"), laid_out(tmp_path / "b", rules=METHODS + SCOPE + DUTY)
    published(first)
    published(second)
    text = (first / LOCK_NAME).read_text(encoding="utf-8")
    assert text == (second / LOCK_NAME).read_text(encoding="utf-8")
    assert list(json.loads(text)) == sorted(json.loads(text))
    assert text.endswith("}\n")
    assert len(text.splitlines()) == 5 + 2


def test_a_changed_meaning_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    """An old id with another condition: refused with file and line, the lock as it was."""
    folder = laid_out(tmp_path)
    published(folder)
    before = (folder / LOCK_NAME).read_bytes()
    laid_out(tmp_path, rules=DUTY + SCOPE.replace("{eq: true}}\n    strength", "{eq: false}}\n    strength") + METHODS)
    with pytest.raises(RulebookRefused) as refused:
        prepare(read_sources(folder), CATALOGUE, read_lock(folder))
    assert refused.value.fields["file"] == "small-act/rules.yaml"
    assert "give the changed rule a new id" in refused.value.fields["problem"]
    assert (folder / LOCK_NAME).read_bytes() == before


def test_a_rule_that_is_gone_is_refused(tmp_path: Path) -> None:
    """A published rule stays, if only as ended."""
    folder = laid_out(tmp_path)
    published(folder)
    laid_out(tmp_path, rules=DUTY + SCOPE + METHODS.split("  - id: small.signature")[0])
    with pytest.raises(RulebookRefused, match="is gone"):
        prepare(read_sources(folder), CATALOGUE, read_lock(folder))


def test_a_start_that_gets_its_date_is_no_new_meaning(tmp_path: Path) -> None:
    """A date that was unknown may be set; once set, it may not move."""
    folder = laid_out(tmp_path)
    published(folder)
    unknown = "{date: unknown, not_later_than: 2025-06-01, known_from: 2024-06-01, instrument: 令和6年法律第0号}"
    for day, dated in (("2025-04-01", ("small.signature",)), ("2025-04-01", ())):
        fixed = METHODS.replace(unknown, f"{{date: {day}, known_from: 2024-06-01, instrument: 令和6年法律第0号}}")
        laid_out(tmp_path, rules=DUTY + SCOPE + fixed)
        made = prepare(read_sources(folder), CATALOGUE, read_lock(folder))
        assert made.dated == dated
        write_lock(folder, made)
    moved = METHODS.replace(unknown, "{date: 2025-05-01, known_from: 2024-06-01, instrument: 令和6年法律第0号}")
    laid_out(tmp_path, rules=DUTY + SCOPE + moved)
    with pytest.raises(RulebookRefused, match="2025-04-01 to 2025-05-01"):
        prepare(read_sources(folder), CATALOGUE, read_lock(folder))


def test_wording_may_be_mended(tmp_path: Path) -> None:
    """A better sentence is no other meaning."""
    folder = laid_out(tmp_path)
    published(folder)
    laid_out(tmp_path, rules=DUTY + SCOPE + METHODS.replace("書類を見せてください。", "書類をお見せください。"))
    made = prepare(read_sources(folder), CATALOGUE, read_lock(folder))
    assert (made.new, made.dated) == ((), ())
