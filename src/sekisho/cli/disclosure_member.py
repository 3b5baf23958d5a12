"""``sekisho disclosure member``: who may know of a secret case."""

from __future__ import annotations

from pathlib import Path

import click

from sekisho.cli.disclosure_options import actor, case_argument, tell, token_option
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.disclosure.service import DisclosureService


@click.command()
@case_argument
@click.argument("staff", metavar="STAFF")
@token_option
@output_options
@pass_session
def member(session: Session, case_id: str, staff: str, token_file: Path | None) -> None:
    """秘密の案件を担当する同僚に知らせる / Let a colleague know of a secret case; nobody else sees it."""
    with session.open() as workspace:
        by = actor(workspace, session, token_file)
        entry = DisclosureService(workspace).name_member(case_id, staff, by=by)
        tell(session, entry, f"{staff} がこの案件を見られるようになりました。", f"{staff} may see the case now.")
