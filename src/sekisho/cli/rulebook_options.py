"""Options that the commands about the rulebook share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, TypeVar

import click

from sekisho.cli.session import Session
from sekisho.clock import SystemClock, japan_date
from sekisho.contracts.facts import CATALOGUE, CHANNELS, EVENTS, SERVICES, SUBJECTS
from sekisho.engine.errors import UnknownSelection
from sekisho.engine.rules import Rulebook, Selection, Strength

ALL = "all"
"""Every value of a dimension."""

Command = TypeVar("Command", bound=Callable[..., Any])

_DIMENSIONS = {"event": EVENTS, "subject": SUBJECTS, "channel": CHANNELS, "service": SERVICES}
_HELP = {
    "event": "手続 / event",
    "subject": "相手方の種類 / kind of counterparty",
    "channel": "受付の経路 / channel",
    "service": "役務の種類 / service",
}


def lang_option(command: Command) -> Command:
    """``--lang`` behind the command too, where people type it."""
    return click.option(
        "--lang",
        type=click.Choice(["ja", "en"]),
        expose_value=False,
        callback=_note_lang,
        help="表示の言葉 / Language of the text.",
    )(command)


def _note_lang(ctx: click.Context, parameter: click.Parameter, value: str | None) -> None:
    del parameter
    session = ctx.find_object(Session)
    if session is not None and value is not None:
        session.lang = "ja" if value == "ja" else "en"


def dimension_options(*, allow_all: bool, defaults: dict[str, str] | None = None) -> Callable[[Command], Command]:
    """``--event --subject --channel --service``; with ``allow_all`` each may be ``all``."""

    def decorated(command: Command) -> Command:
        for name, values in reversed(_DIMENSIONS.items()):
            default = (defaults or {}).get(name)
            command = click.option(
                f"--{name}",
                type=click.Choice([*values, ALL] if allow_all else list(values)),
                default=default,
                show_default=default is not None,
                help=_HELP[name],
            )(command)
        return command

    return decorated


def dimensions(event: str | None, subject: str | None, channel: str | None, service: str | None) -> dict[str, str]:
    """The dimensions that were given, under the catalogue's names."""
    given = zip(CATALOGUE.dimensions, (event, subject, channel, service), strict=True)
    return {name: value for name, value in given if value is not None}


def day_option(name: str, ja: str, en: str) -> Callable[[Command], Command]:
    """An option that takes a day; None where it isn't given."""
    return click.option(name, type=click.DateTime(["%Y-%m-%d"]), help=f"{ja} / {en}")


def selection_options(command: Command) -> Command:
    """``--adopt`` and ``--proposal``: rules that aren't law, taken in."""
    command = click.option(
        "--proposal", "proposals", multiple=True, help="この提案の規則も入れる / Take in a proposed rule."
    )(command)
    return click.option(
        "--adopt", "adopted", multiple=True, help="この業界・社内規則も採用したとする / As if adopted: an instrument."
    )(command)


def selection(rulebook: Rulebook, adopted: Iterable[str], proposals: Iterable[str]) -> Selection:
    """The selection named; ``UnknownSelection`` for a name the rulebook doesn't have."""
    chosen = Selection(frozenset(adopted), frozenset(proposals))
    for name in sorted(chosen.adopted):
        if name not in rulebook.instruments or rulebook.instruments[name].kind not in ("industry", "house"):
            raise UnknownSelection(name=name, what="industry or house instrument", what_ja="業界・社内規則")
    for name in sorted(chosen.proposals):
        if name not in rulebook.rules or rulebook.rules[name].strength is not Strength.PROPOSAL:
            raise UnknownSelection(name=name, what="proposal", what_ja="提案")
    return chosen


def day_of(moment: datetime | None) -> date:
    """The day given, or today in Japan."""
    return moment.date() if moment is not None else japan_date(SystemClock().now())
