"""What the disclosure desk's commands share: who acts, which case, which items, and how a case is told."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import click

from sekisho.access.principal import Principal
from sekisho.access.service import authenticate, stated_principal
from sekisho.cli.errors import Usage
from sekisho.cli.session import Session, read_secret
from sekisho.disclosure.deadlines import TERMS, DeadlineKind
from sekisho.disclosure.facts import CATALOGUE
from sekisho.disclosure.kinds import CASE_TYPES
from sekisho.disclosure.overview import may_follow
from sekisho.disclosure.progress import TRANSITIONS, Part
from sekisho.disclosure.rows import CaseEntry
from sekisho.disclosure.step_words import STATES
from sekisho.workspace import Workspace

MAX_NUMBER: Final = 10_000
_RANGE = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?", re.ASCII)

PARTS: Final = {
    Part.INTAKE: ("受付", "intake"),
    Part.REVIEW: ("確認", "review"),
    Part.OUTSIDE: ("社外の承認", "approval from outside"),
    Part.SEARCH: ("検索", "search"),
    Part.RELEASE: ("決定・交付", "release"),
    Part.AFTERWARDS: ("事後の確認", "review afterwards"),
    Part.KNOWS: ("案件を見られる", "may know"),
}
"""Each part in both languages."""

case_argument = click.argument("case_id", metavar="CASE")
token_option = click.option(
    "--token-file",
    type=click.Path(path_type=Path),
    help="行う人のトークンを書いたファイル。--by の代わり / A file with the token of who acts, instead of --by.",
)
note_option = click.option("--note", required=True, help="理由・確かめたこと（記録に残る） / Why, or what was seen.")


def actor(workspace: Workspace, session: Session, token_file: Path | None) -> Principal:
    """Who acts: by their token, or as stated with ``--by``. What they may do is asked by the step itself."""
    token = None if token_file is None else read_secret(token_file)
    with workspace.database.read() as connection:
        if token is None:
            return stated_principal(connection, session.require_staff(), required=None)
        return authenticate(connection, token, required=None, now=workspace.clock.now())


def numbers(written: str, every: Iterable[int], command: str) -> list[int]:
    """Item numbers from ``1-3,7`` or ``all``. Raises ``Usage``."""
    if written.strip() == "all":
        return list(every)
    found: list[int] = []
    for part in written.split(","):
        match = _RANGE.fullmatch(part.strip())
        low, high = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if not 0 < low <= high <= MAX_NUMBER:
            raise Usage(problem=f"items are written as 1-3,7 or all, not {written[:40]}", command=command)
        found += range(low, high + 1)
    return list(dict.fromkeys(found))


def line_of(entry: CaseEntry, lang: str) -> str:
    """A case in one line."""
    at = 0 if lang == "ja" else 1
    title = CASE_TYPES[entry.type].title
    asked = ("記録は破棄済み", "its record is destroyed")[at]
    if entry.case is not None:
        asked = "  ".join(part for part in (entry.case.document.number, entry.case.requester.name) if part)
    due = "" if entry.due_on is None else f"  {('期限', 'due')[at]} {entry.due_on}"
    secret = ("  【秘】", "  [secret]")[at] if entry.secret else ""
    return f"{entry.id}  {title.in_(lang)}  {STATES[entry.state].in_(lang)}{due}{secret}  {asked}"


def next_line(entry: CaseEntry, lang: str) -> str:
    """What may follow, in one line."""
    at = 0 if lang == "ja" else 1
    following = may_follow(entry)
    if not following:
        return ("この案件は終わっています。", "This case is over.")[at]
    steps = ("・" if at == 0 else ", ").join(TRANSITIONS[event].title.in_(lang) for event in following)
    return (f"次にできること: {steps}", f"May follow: {steps}")[at]


def fact_line(name: str, value: Any, lang: str) -> str:
    """A fact as it stands in a case: what it is called, its value, and the name that commands take."""
    spec = CATALOGUE.facts.get(name)
    said = value
    if isinstance(value, bool):
        said = ("はい" if value else "いいえ") if lang == "ja" else ("yes" if value else "no")
    return f"{name if spec is None else spec.title.in_(lang)}: {said}  [{name}]"


def term_title(kind: str, lang: str) -> str:
    """What a term is called; one that somebody set by hand has its own name."""
    known = TERMS.get(DeadlineKind(kind)) if kind in tuple(DeadlineKind) else None
    return kind if known is None else known.title.in_(lang)


def tell(session: Session, entry: CaseEntry, ja: str, en: str, more: dict[str, Any] | None = None) -> None:
    """What came of a step: a document with ``--json``, else a sentence, the case's line and what may follow."""
    if session.json:
        session.answer({**entry.document(), **(more or {})})
        return
    session.say_in(ja, en)
    session.say(line_of(entry, session.lang))
    session.say(next_line(entry, session.lang))
