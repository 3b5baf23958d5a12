"""``sekisho rulebook``: read, compare, check, publish and confirm the law as data."""

from __future__ import annotations

import click

from sekisho.cli.lazily import LazyGroup

_COMMANDS = {
    "show": ("sekisho.cli.rulebook_read:show", "規則・条文・法令を表示する / Show a rule, provision or instrument."),
    "timeline": ("sekisho.cli.rulebook_read:timeline", "いつ、どの方法が使えるか / Which methods are allowed when."),
    "diff": ("sekisho.cli.rulebook_read:diff", "二つの日の間で変わること / What changes between two days."),
    "simulate": ("sekisho.cli.rulebook_simulate:simulate", "過去の申込みを別の法令で / Past applications replayed."),
    "coverage": ("sekisho.cli.rulebook_check:coverage", "抜けがないことを確かめる / Prove that nothing is missing."),
    "check": ("sekisho.cli.rulebook_check:check", "読み込みと例を確かめる / Load it and run its examples."),
    "publish": ("sekisho.cli.rulebook_check:publish", "新しい規則の意味を固定する / Fix what new rule ids mean."),
    "worklist": ("sekisho.cli.rulebook_confirm:worklist", "先に読むべき条文 / Which texts to read first."),
    "confirm": ("sekisho.cli.rulebook_confirm:confirm", "規則を条文と照合したと記録する / Record a confirmation."),
    "adopt": ("sekisho.cli.rulebook_confirm:adopt", "業界・社内の規則を採用する / Adopt an industry or house rule."),
}
"""Command to where it is defined and what it does. A command of another module is one more line here."""


@click.group(cls=LazyGroup, lazy=_COMMANDS)
def rulebook() -> None:
    """法令データを見る・比べる・確かめる・照合する / Read, compare, check and confirm the law as data."""
