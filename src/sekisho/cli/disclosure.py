"""``sekisho disclosure``: from a request to a lawful answer. Each command is imported when it is used."""

from __future__ import annotations

from typing import Final

import click

from sekisho.cli.lazily import LazyGroup

_COMMANDS: Final = {
    "receive": "sekisho.cli.disclosure_intake:receive",
    "batch": "sekisho.cli.disclosure_intake:batch",
    "refused": "sekisho.cli.disclosure_refused:refused",
    "ask": "sekisho.cli.disclosure_intake:ask",
    "answer": "sekisho.cli.disclosure_intake:answer",
    "quote": "sekisho.cli.disclosure_intake:quote",
    "list": "sekisho.cli.disclosure_show:list_",
    "show": "sekisho.cli.disclosure_show:show",
    "deadlines": "sekisho.cli.disclosure_show:deadlines",
    "member": "sekisho.cli.disclosure_member:member",
    "check": "sekisho.cli.disclosure_judge:check",
    "review": "sekisho.cli.disclosure_judge:review",
    "decide": "sekisho.cli.disclosure_judge:decide",
    "refuse": "sekisho.cli.disclosure_judge:refuse",
    "withdraw": "sekisho.cli.disclosure_judge:withdraw",
    "close": "sekisho.cli.disclosure_judge:close",
    "search": "sekisho.cli.disclosure_search:search",
    "hold": "sekisho.cli.disclosure_hold:hold",
    "hear": "sekisho.cli.disclosure_hear:hear",
    "deliver": "sekisho.cli.disclosure_deliver:deliver",
    "emergency": "sekisho.cli.disclosure_emergency:emergency",
    "secrecy": "sekisho.cli.disclosure_secrecy:secrecy",
    "correct": "sekisho.cli.disclosure_correct:correct",
    "paper": "sekisho.cli.disclosure_paper:paper",
    "report": "sekisho.cli.disclosure_reports:report",
    "inspection": "sekisho.cli.disclosure_reports:inspection",
    "own-answer": "sekisho.cli.disclosure_reports:own_answer",
    "leak": "sekisho.cli.disclosure_leak:leak",
    "setting": "sekisho.cli.disclosure_setting:setting",
    "agency": "sekisho.cli.disclosure_party:agency",
    "peer": "sekisho.cli.disclosure_party:peer",
    "effect": "sekisho.cli.disclosure_effect:effect",
    "retention-study": "sekisho.cli.disclosure_study:retention_study",
}
"""Command to where it is defined, in the order one meets them."""


@click.group(cls=LazyGroup, lazy={name: (place, "") for name, place in _COMMANDS.items()})
def disclosure() -> None:
    """開示請求を受け付け、法令のとおりに答える / Requests for disclosure, from intake to a lawful answer."""
