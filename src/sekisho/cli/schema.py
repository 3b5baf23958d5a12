"""``sekisho schema``: the JSON Schemas of what can be sent in."""

from __future__ import annotations

import click

from sekisho.cli.session import Session, output_options, pass_session
from sekisho.contracts.schema import application_schema


@click.command()
@click.argument("name", type=click.Choice(["application"]))
@output_options
@pass_session
def schema(session: Session, name: str) -> None:
    """JSON Schema を表示する / Print a JSON Schema."""
    del name
    session.answer(application_schema())
