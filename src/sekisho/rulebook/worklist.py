"""The worklist of legal confirmation: which texts to read first, and which rules each of them confirms.

``sources.yaml`` lists the texts in the order in which reading settles most. The list only says what to open; whether a
rule agrees with the text is for the person who reads it (``sekisho rulebook confirm``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from sekisho.engine.facts import Text
from sekisho.engine.rules import Rule, Rulebook
from sekisho.rulebook import parse
from sekisho.rulebook.document import Place, read
from sekisho.rulebook.show import both, rule_summary
from sekisho.rulebook.show_text import interval_words
from sekisho.rulebook.terminal_text import WIDTH, labelled, pad, wrap
from sekisho.rulebook.words import text_state_mark

SOURCES_FILE = "sources.yaml"

_KINDS = frozenset({"primary", "aid"})


@dataclass(frozen=True, slots=True)
class TextSource:
    """A text to open. ``primary`` is the law (or rule) itself; an ``aid`` confirms nothing alone.

    ``by`` are words in the instrument that began or ended a rule; with ``instruments`` and ``methods``, whatever is
    given must match.
    """

    id: str
    kind: str
    title: Text
    open: tuple[str, ...]
    by: tuple[str, ...]
    instruments: tuple[str, ...]
    methods: tuple[str, ...]

    def about(self, rule: Rule) -> bool:
        """Whether reading this text says something about ``rule``: how it began or how it ended."""
        ends = (rule.end.instrument,) if rule.end is not None else ()
        return self._speaks_of(rule, (rule.start.instrument, *ends))

    def settles(self, rule: Rule) -> bool:
        """Whether this is the text to compare ``rule`` with: what it was made from, not what ended it."""
        return self.kind == "primary" and self._speaks_of(rule, (rule.start.instrument,))

    def _speaks_of(self, rule: Rule, made_by: tuple[str, ...]) -> bool:
        return (
            (not self.by or any(word in instrument for word in self.by for instrument in made_by))
            and (not self.instruments or rule.instrument in self.instruments)
            and (not self.methods or rule.method in self.methods)
        )


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One text and the rules to compare with it; each rule with the further texts that speak of it."""

    source: TextSource
    rules: tuple[Rule, ...]
    also: Mapping[str, tuple[TextSource, ...]]


@cache
def load_sources_list() -> tuple[TextSource, ...]:
    """The texts as shipped, in order; read once per process."""
    text = (files("sekisho.rulebook") / SOURCES_FILE).read_text(encoding="utf-8")
    written = read(text, SOURCES_FILE).mapping(frozenset({"sources"}), frozenset({"sources"}))
    return tuple(_source(place) for place in written["sources"].items())


def worklist(sources: Iterable[TextSource], unconfirmed: Iterable[Rule]) -> list[WorkItem]:
    """Every unconfirmed rule under the first primary text that speaks of it, in the order of the texts.

    Within a text, rules in force or to come stand before those that ended, the least certain first, as given. A rule
    that no text speaks of is left to :func:`unsourced`.
    """
    listed = list(sources)
    rules = list(unconfirmed)
    found: list[WorkItem] = []
    placed: set[str] = set()
    for source in listed:
        mine = tuple(rule for rule in rules if rule.id not in placed and source.settles(rule))
        placed.update(rule.id for rule in mine)
        also = {rule.id: tuple(o for o in listed if o is not source and o.about(rule)) for rule in mine}
        if mine:
            found.append(WorkItem(source, mine, also))
    return found


def unsourced(sources: Iterable[TextSource], rules: Iterable[Rule]) -> list[Rule]:
    """The rules for which no primary text is listed."""
    listed = list(sources)
    return [rule for rule in rules if not any(source.settles(rule) for source in listed)]


def worklist_document(items: Iterable[WorkItem], rulebook: Rulebook, *, on: date) -> list[dict[str, Any]]:
    """The worklist as JSON values."""
    return [
        {
            "source": item.source.id,
            "title": both(item.source.title),
            "open": list(item.source.open),
            "rules": [
                {**rule_summary(rulebook, rule, on=on), "also": [source.id for source in item.also[rule.id]]}
                for rule in item.rules
            ],
        }
        for item in items
    ]


def worklist_text(items: Iterable[WorkItem], total: int, lang: str, *, everything: bool = False) -> str:
    """What to read, in order; of each text the first rules, or all of them."""
    ja = lang == "ja"
    listed = list(items)
    waiting = sum(len(item.rules) for item in listed)
    helpful: dict[TextSource, None] = {}
    lines = [
        f"条文との照合を待つ義務 {waiting}／{total} 件" if ja else f"{waiting} of {total} duties wait for confirmation"
    ]
    if not listed:
        lines.append("すべて照合済みです。" if ja else "All are confirmed.")
    for n, item in enumerate(listed, start=1):
        lines.append("")
        lines += labelled(f"{n}.", f"{item.source.title.in_(lang)} — {_count(len(item.rules), lang)}", label_width=4)
        lines += [f"    {address}" for address in item.source.open]
        aids = dict.fromkeys(source for rule in item.rules for source in item.also[rule.id] if source.kind == "aid")
        helpful.update(aids)
        if aids:
            named = ", ".join(source.id for source in aids)
            lines += labelled("参考" if ja else "helps", named, indent=4, label_width=8)
        shown = item.rules if everything else item.rules[:SHOWN]
        for rule in shown:
            mark = text_state_mark(rule.text_state.value, lang)
            lines += [
                f"    {line}" for line in wrap(f"{pad(rule.id, 62)} {interval_words(rule, lang)} {mark}", WIDTH + 20)
            ]
        if len(item.rules) > len(shown):
            more = len(item.rules) - len(shown)
            lines.append(f"    ほか {more} 件（--all で全部）" if ja else f"    and {more} more (--all lists them)")
    if helpful:
        lines += [
            "",
            "参考になる資料（それだけでは照合にならない）" if ja else "Texts that help (and confirm nothing alone)",
        ]
        for source in helpful:
            lines += labelled(source.id, source.title.in_(lang), indent=4, label_width=24)
            lines += [" " * 28 + address for address in source.open]
    if listed:
        lines += [
            "",
            "読んだ条文を保存して: sekisho rulebook confirm 規則ID --source FILE --by 職員ID"
            if ja
            else "Save the text you read, then: sekisho rulebook confirm RULE --source FILE --by STAFF",
        ]
    return "\n".join(lines)


SHOWN = 8
"""Rules shown under each text unless all are asked for."""


def _count(number: int, lang: str) -> str:
    return f"{number} 件の規則" if lang == "ja" else f"{number} rules"


def _source(place: Place) -> TextSource:
    keys = frozenset({"id", "kind", "title", "open", "rules"})
    written = place.mapping(keys, keys)
    if written["kind"].text() not in _KINDS:
        raise written["kind"].refuse(f"one of {', '.join(sorted(_KINDS))} is expected here")
    rules = written["rules"].mapping(frozenset({"by", "instruments", "methods"}))
    if not rules:
        raise written["rules"].refuse("a source says which rules it is about")
    return TextSource(
        id=written["id"].text(),
        kind=written["kind"].text(),
        title=parse.text(written["title"]),
        open=written["open"].texts(),
        by=rules["by"].texts() if "by" in rules else (),
        instruments=rules["instruments"].texts() if "instruments" in rules else (),
        methods=rules["methods"].texts() if "methods" in rules else (),
    )
