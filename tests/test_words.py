"""A Japanese sentence is wholly Japanese: no English words of a field stand in one, of any error of calls and stops."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Final

import pytest

import sekisho.calls
import sekisho.stops
from sekisho.api.words import QueryWords
from sekisho.calls.words import CallWords
from sekisho.cli.words import CommandWords
from sekisho.errors import SekishoError
from sekisho.phrases import WORDED, Phrases, Worded
from sekisho.stops.errors import WrongStep
from sekisho.stops.steps import NEXT, STATES
from sekisho.stops.words import StopWords

SOURCE: Final = Path(sekisho.calls.__file__).parents[1]
TABLES: Final = {"calls": CallWords.phrases(), "stops": StopWords.phrases()}
_QUOTED: Final = re.compile(r"`[^`]*`|--[a-z0-9-]+|\b[A-Z]{2,}\b")
"""Commands, options, and what stands for a value in one."""
_ENGLISH: Final = re.compile(r"[A-Za-z][A-Za-z'\u2019]*(?: +[A-Za-z][A-Za-z'\u2019]*)+")
_CARRIES: Final = frozenset({"ValueError", "SettingsRefused", "TrunkTableRefused"})
"""Whose text becomes a refusal's ``problem``."""
_NEVER_TOLD: Final = frozenset({"list_writer.py", "shared.py", "verify.py", "due.py", "counting.py", "line_table.py"})
_NOR: Final = frozenset({"number_set.py"})
"""Files whose ``ValueError`` is a programmer's, told to nobody."""


def english(sentence: str) -> list[str]:
    """Runs of two or more English words that aren't a command."""
    return _ENGLISH.findall(_QUOTED.sub("", sentence))


def _texts(node: ast.expr | None) -> list[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.JoinedStr):
        return ["".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)]
    if isinstance(node, ast.IfExp):
        return [*_texts(node.body), *_texts(node.orelse)]
    return []


def told() -> Iterator[tuple[str, str]]:
    """Every text that the two desks put into an error's words: the desk, and the text with 7 for what varies."""
    for desk in TABLES:
        for path in sorted((SOURCE / desk).rglob("*.py")):
            quiet = path.name in _NEVER_TOLD | _NOR or (path.parent.name, path.name) == ("stir", "settings.py")
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    name = getattr(node.func, "id", "")
                    if name[:1].isupper():
                        yield from ((desk, one) for word in node.keywords if word.arg in WORDED - {"state"}
                                    for one in _texts(word.value))  # fmt: skip
                    if name in _CARRIES and not quiet:
                        yield from ((desk, one) for argument in node.args for one in _texts(argument))
                elif isinstance(node, ast.Return) and path.name == "compile.py":
                    yield from ((desk, one) for one in _texts(node.value) if " " in one)


_COMMANDS: Final = frozenset({"Usage", "FileRefused", "SecretFileRefused", "QueryRefused"})
_DESKS: Final = {"call": "calls", "calls": "calls", "stop": "stops", "stops": "stops"}


def told_by_interfaces() -> Iterator[tuple[Phrases, str]]:
    """What commands and addresses put into errors of their own, and those of the two desks into the desks' errors."""
    for folder, own in (("cli", CommandWords.phrases()), ("api", QueryWords.phrases())):
        for path in sorted((SOURCE / folder).glob("*.py")):
            desk = _DESKS.get(path.stem.partition("_")[0])
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                name = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
                if not isinstance(node, ast.Call) or not name.endswith(("Refused", "Usage")):
                    continue
                table = own if name in _COMMANDS else None if desk is None else TABLES[desk]
                words = [one for word in node.keywords if word.arg in WORDED for one in _texts(word.value)]
                yield from ((table, one) for one in words if table is not None)


def test_what_commands_and_addresses_say_has_its_japanese() -> None:
    """Options, files and query parameters of every desk; refusals of calls and stops."""
    found = list(told_by_interfaces())
    assert len(found) > 60
    left = {text: english(table.japanese(text)) for table, text in found}
    assert {text: words for text, words in left.items() if words} == {}


def test_every_word_that_is_told_has_its_japanese() -> None:
    """Read off the source: wherever an error is raised with words, the desk's table has them."""
    found = set(told())
    assert len(found) > 200
    left = {text: english(TABLES[desk].japanese(text)) for desk, text in found}
    assert {text: words for text, words in left.items() if words} == {}


def classes() -> list[type[SekishoError]]:
    """Every error of the two desks."""
    for package in (sekisho.calls, sekisho.stops):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name.endswith(("errors", "refusals")):
                importlib.import_module(module.name)
    found, waiting = [], [SekishoError]
    while waiting:
        waiting += (below := waiting.pop().__subclasses__())
        found += [one for one in below if one.__module__.startswith(("sekisho.calls.", "sekisho.stops."))]
    return sorted({one for one in found if one.ja != SekishoError.ja}, key=lambda one: (one.__module__, one.__name__))


@pytest.mark.parametrize("kind", classes(), ids=lambda one: one.__name__)
def test_each_error_in_japanese(kind: type[SekishoError]) -> None:
    """With an example in each field; the fields themselves stay as they were given."""
    fields: dict[str, object] = {name: "x-1" for _, name, _, _ in Formatter().parse(kind.ja + kind.en) if name}
    examples = ["1 to 500 characters", "12: number: 5 to 17 digits; 13: line: a field that no entry has", "missing"]
    for example in examples:
        worded = WORDED if issubclass(kind, Worded) else frozenset[str]()
        given = {name: example if name in worded else value for name, value in fields.items()}
        if issubclass(kind, WrongStep):
            given |= {"state": "received", "next": "carry it out"}
        if issubclass(kind, StopWords):
            given = {name: "1 to 5 characters" if value in examples else value for name, value in given.items()}
        error = kind(**given)
        assert english(error.sentence("ja")) == []
        assert re.search(r"[ぁ-ん]", error.sentence("ja"))
        assert error.as_document()["fields"] == {name: str(value) for name, value in given.items()}
        assert not re.search(r"[ぁ-ん]", re.sub(r"「[^」]*」|令和\S+", "", error.sentence("en")))


def test_words_in_an_error_that_translates_none_are_noticed() -> None:
    """An error whose Japanese sentence holds words, and that isn't ``Worded``, is told by name."""
    holding = {
        one.__name__ for one in classes()
        if not issubclass(one, Worded | WrongStep)
        and {name for _, name, _, _ in Formatter().parse(one.ja) if name} & WORDED
    }  # fmt: skip
    assert holding <= {"AlarmDone", "AppealDecided", "ProposalDecided", "DateBeforePlan"}


def test_every_state_and_step_of_the_scheme() -> None:
    """What comes next is said in Japanese whatever it is."""
    for state in STATES:
        for following in NEXT:
            assert english(WrongStep(id="sr_1", state=state, next=following).sentence("ja")) == []


def test_a_phrase_within_a_phrase() -> None:
    """A list's lines, each with its field and what is wrong; what no table has stays as it is."""
    table = Phrases({"no": "なし", "at most {}": "{}まで", "{0} before {1}": "{1}の前に{0}"})
    assert table.japanese("12: prefix: at most 5; 13: at most no") == "12: prefix: 5まで、13: なしまで"
    assert table.japanese("no before at most 3") == "3までの前になし"
    assert table.japanese("of its own") == "of its own"
