"""How much of what notices and policies say is read, and how much of what is read they say: both labelled halves.

A part of ``scripts/bench apps``; by itself: ``python -m bench.apps_policy``, which prints each item. The rules were
tuned on half a; half b is only counted. A label is one thing told by one paragraph: a kind, a recipient's name, a kind
of information, of denied information, a purpose, that something is denied, that something is left open.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

import yaml

from sekisho.apps.policy.names import shipped_names
from sekisho.apps.policy.page import page_of
from sekisho.apps.policy.plaintext import text_page
from sekisho.apps.policy.prose import Reader
from sekisho.apps.policy.read import read
from sekisho.apps.policy.said import Said
from sekisho.apps.policy.telling import paragraph_said
from sekisho.apps.policy.words import plain
from sekisho.apps.recipients.match import plain_name

LABELLED: Final = Path(__file__).resolve().parent.parent / "tests" / "apps" / "policy" / "labelled"
HALVES: Final = ("a", "b")
OVERALL: Final = "overall"
PAGE_PARAGRAPHS: Final = 300
"""Paragraphs of the page whose reading is timed: half a, again and again."""

Label = tuple[str, str]


@dataclass(slots=True)
class Score:
    """Labels found that are there, found that aren't, and not found."""

    right: int = 0
    invented: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """Of what was found, the share that is there; 1 where nothing was."""
        return self.right / (self.right + self.invented) if self.right + self.invented else 1.0

    @property
    def recall(self) -> float:
        """Of what is there, the share that was found; 1 where nothing is."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


def paragraphs(half: str) -> tuple[tuple[str, ...], list[dict[str, Any]]]:
    """The operators' own names, and the labelled paragraphs."""
    found = yaml.safe_load((LABELLED / f"half_{half}.yaml").read_text(encoding="utf-8"))
    return tuple(found["own"]), found["paragraphs"]


def labels_told(told: dict[str, Any]) -> set[Label]:
    """What a person says that the paragraph tells."""
    found = {("recipients", plain_name(each)) for each in told.get("recipients", ())}
    for name in ("kinds", "information", "denied", "purposes"):
        found |= {(name, each) for each in told.get(name, ())}
    return found | {(name, "yes") for name in ("negated", "vague") if told.get(name)}


def labels_read(said: Said) -> set[Label]:
    """The same of what the rules read."""
    found: set[Label] = {("kinds", each.value) for each in said.kinds}
    found |= {("recipients", plain_name(each.words)) for each in said.mentions}
    for name, slugs in (("information", said.information), ("denied", said.denied), ("purposes", said.purposes)):
        found |= {(name, each) for each in slugs}
    return found | {(name, "yes") for name, there in (("negated", said.negated), ("vague", said.vague)) if there}


def items_of(label: Label) -> Iterator[str]:
    """Under which lines of the table a label is counted."""
    name, value = label
    yield OVERALL
    yield f"kind {value}" if name == "kinds" else name
    if name in ("information", "purposes"):
        yield f"{name}: {value}"


def scores(half: str) -> dict[str, Score]:
    """Every item's score over one half, in order of name, overall first."""
    own, told = paragraphs(half)
    reader = Reader(shipped_names(), own)
    found: dict[str, Score] = {OVERALL: Score()}
    for each in told:
        page = page_of(each["text"]) if each["text"].lstrip().startswith("<") else text_page(each["text"])
        there, seen = labels_told(each), labels_read(paragraph_said(page, plain(each["heading"]), reader))
        for label in there | seen:
            for item in items_of(label):
                score = found.setdefault(item, Score())
                score.right += label in there and label in seen
                score.invented += label not in there
                score.missed += label not in seen
    return {OVERALL: found.pop(OVERALL), **dict(sorted(found.items()))}


def table() -> str:
    """Markdown: precision and recall of every item in both halves, and how often it stands in each."""
    halves = {half: scores(half) for half in HALVES}
    columns = ("item", *(f"{half}: {each}" for half in HALVES for each in ("precision", "recall", "labels")))
    lines = ["| " + " | ".join(columns) + " |", "|---" + "|--:" * (len(columns) - 1) + "|"]
    for item in sorted({*halves["a"], *halves["b"]}, key=lambda each: (each != OVERALL, each)):
        cells = [item]
        for half in HALVES:
            score = halves[half].get(item)
            cells += ["–"] * 3 if score is None else [
                f"{score.precision:.3f}", f"{score.recall:.3f}", str(score.right + score.missed),
            ]  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def long_page() -> bytes:
    """A page of half a's paragraphs, each under its heading."""
    _, told = paragraphs("a")
    parts = [f"<h2>{each['heading']}</h2><div>{each['text']}</div>" for each in told]
    again = (parts * (PAGE_PARAGRAPHS // len(parts) + 1))[:PAGE_PARAGRAPHS]
    return ("<!DOCTYPE html><meta charset=utf-8><title>x</title>" + "".join(again)).encode()


def measure(*, repeats: int, seed: int) -> dict[str, Any]:  # noqa: ARG001  every part is called alike
    """Inputs and figures, as :mod:`bench.runner` takes them. Precision and recall are of half b."""
    page = long_page()
    read(page, name="bench.html")
    taken = []
    for _ in range(repeats):
        began = time.process_time()
        read(page, name="bench.html")
        taken.append(time.process_time() - began)
    halves = {half: scores(half) for half in HALVES}
    overall = halves["b"][OVERALL]
    inside = "rules over paragraphs that were labelled before there were rules; half b was never looked at while tuning"
    return {
        "inputs": {
            **{f"paragraphs, half {half}": len(paragraphs(half)[1]) for half in HALVES},
            "policy page bytes": len(page),
            **{
                f"policy {name}, half a": round(getattr(halves["a"][OVERALL], name), 3)
                for name in ("precision", "recall")
            },
        },
        "figures": [
            *({"name": f"policy_{name}", "value": getattr(overall, name), "spread": 0.0, "unit": "share",
               "better": "higher", "goal": None, "inside": inside, "peers": []} for name in ("precision", "recall")),
            {"name": "policy_page_s", "value": median(taken), "spread": (max(taken) - min(taken)) / median(taken),
             "unit": "s", "better": "lower", "goal": None, "inside": "a page of 300 paragraphs, one core", "peers": []},
        ],
    }  # fmt: skip


if __name__ == "__main__":
    print(table())
