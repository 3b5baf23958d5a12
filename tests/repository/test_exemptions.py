"""Every exemption from a check carries its reason."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.repository.tree import comments, dotted, named, python_files, syntax

NOQA = re.compile(r"#\s*noqa\b(?P<rest>.*)", re.IGNORECASE)
CODES = re.compile(r"^:\s*[A-Z]+[0-9]+(?:\s*,\s*[A-Z]+[0-9]+)*")
IGNORE = re.compile(r"#\s*type:\s*ignore(?P<codes>\[[a-z0-9,\s-]+\])?(?P<rest>[^#]*(?:#(?!\s*(?:noqa|type:)).*)?)")


def _is_reason(text: str) -> bool:
    """Whether what follows the mark is a sentence, however it is set off: at least two words."""
    return len(re.findall(r"[^\W\d_]{2,}", text)) >= 2


def without_reason(comment: str) -> bool:
    """Whether a comment switches a check off without naming which, or without saying why."""
    if match := NOQA.search(comment):
        codes = CODES.match(match["rest"])
        if not codes or not _is_reason(match["rest"][codes.end():]):
            return True
    match = IGNORE.search(comment)
    return match is not None and not (match["codes"] and _is_reason(match["rest"]))


def test_the_check_itself() -> None:
    """A bare mark, and a mark with codes only, are found; a mark with codes and a reason passes."""
    q, i = "# no" + "qa", "# type: ig" + "nore"
    for bare in (q, f"{q}: S603", i, f"{i}[arg-type]", f"{i}[arg-type]  {q}: S603"):
        assert without_reason(bare), bare
    for good in (f"{q}: S603 - the list is ours alone", f"{q}: S603, S607  # the list is ours alone",
                 f"{i}[arg-type]  # the stub is wrong: see its issue"):
        assert not without_reason(good), good


def test_every_ignore_has_a_reason() -> None:
    """Linter and type-checker exemptions name the rule and say why."""
    wrong = [f"{named(path)}:{line}: {text}" for path in python_files() for line, text in comments(path)
             if without_reason(text)]
    assert wrong == []


def _skips(path: Path) -> list[str]:
    wrong = []
    for node in ast.walk(syntax(path)):
        bare = [dotted(d) for d in getattr(node, "decorator_list", [])]
        if any(name.endswith(("mark.skip", "mark.skipif", "mark.xfail")) for name in bare):
            wrong.append(f"{named(path)}:{getattr(node, 'lineno', 0)}: mark without a reason")
        if isinstance(node, ast.Call):
            name = dotted(node.func)
            given = {keyword.arg for keyword in node.keywords}
            marked = name.endswith(("mark.skip", "mark.skipif", "mark.xfail")) and "reason" not in given
            if name.endswith("mark.skip") and node.args:
                marked = False
            called = name in {"pytest.skip", "pytest.xfail"} and not node.args and "reason" not in given
            if marked or called:
                wrong.append(f"{named(path)}:{node.lineno}: {name} without a reason")
    return wrong


def test_every_skip_has_a_reason() -> None:
    """A test that may be left out says why."""
    assert [one for path in python_files("tests") for one in _skips(path)] == []
