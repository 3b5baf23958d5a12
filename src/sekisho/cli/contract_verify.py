"""``sekisho contract verify``: verify one piece of evidence and show what was checked, what wasn't, and the facts.

Needs no workspace and writes nothing. A new kind is a function in :data:`KINDS`, with options of its own.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from sekisho.cli.errors import FileRefused, Usage, readable
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.clock import SystemClock
from sekisho.contracts.application import MAX_BYTES
from sekisho.contracts.evidence.jpki.document import DocumentChallenge, read_document
from sekisho.contracts.evidence.jpki.ports import StoredLists
from sekisho.contracts.evidence.jpki.profile import Purpose, production
from sekisho.contracts.evidence.jpki.verify import verify_authentication, verify_signing
from sekisho.contracts.evidence.passport import document as passport_document
from sekisho.contracts.evidence.passport.configured import File, MasterListFile, configured
from sekisho.contracts.evidence.passport.profile import MAX_CRL, MAX_LIST
from sekisho.contracts.evidence.passport.verify import verify_passport
from sekisho.contracts.evidence.pki.certificate import MAX_CERTIFICATE_BYTES
from sekisho.contracts.evidence.pki.crl import MAX_CRL_BYTES, lists_of
from sekisho.contracts.evidence.pki.path import TrustStore
from sekisho.contracts.evidence.steps import Report
from sekisho.engine.facts import Text

_MARKS = {"done": "✓", "failed": "✗", "not_done": "–", "could_not_check": "?"}
_TITLES = {
    "facts": Text("事実", "facts"),
    "findings": Text("わかったこと（事実にはなりません）", "findings (not facts)"),
}
_LEFT = Text("ここで確かめていないこと", "left to you")


@dataclass(frozen=True, slots=True)
class Given:
    """The options of one run."""

    moment: datetime
    signing_authorities: Sequence[str]
    authentication_authorities: Sequence[str]
    lists: Sequence[str]
    country_authorities: Sequence[str]
    master_lists: Sequence[tuple[str, str]]


@click.command()
@click.argument("source", metavar="FILE")
@click.option("--kind", required=True, type=click.Choice(["jpki", "passport"]), help="証拠の種類 / Kind of evidence.")
@click.option(
    "--signing-ca",
    "signing",
    multiple=True,
    metavar="FILE",
    help="署名用認証局の証明書（DER、世代ごと） / Certificate of a signing authority (DER), one per generation.",
)
@click.option(
    "--authentication-ca",
    "authentication",
    multiple=True,
    metavar="FILE",
    help="利用者証明用認証局の証明書（DER） / Certificate of a user-authentication authority (DER).",
)
@click.option(
    "--csca",
    "countries",
    multiple=True,
    metavar="FILE",
    help="旅券の国の認証局の証明書（DER） / Certificate of a country authority for passports (DER).",
)
@click.option(
    "--master-list",
    "master_lists",
    multiple=True,
    nargs=2,
    metavar="FILE SIGNER",
    help="マスターリストと、確かめた署名者（またはその国の認証局）の証明書（DER） / "
    "Master list, and the certificate of its signer or of that one's country authority, as confirmed (DER).",
)
@click.option("--crl", "lists", multiple=True, metavar="FILE", help="失効リスト（DER） / Revocation list (DER).")
@click.option(
    "--at",
    type=click.DateTime(["%Y-%m-%dT%H:%M:%S%z"]),
    help="この時点で確かめる（例 2026-11-23T12:00:00+0900、既定は今） / As of this time (default: now).",
)
@output_options
@pass_session
def verify(
    session: Session,
    source: str,
    kind: str,
    signing: tuple[str, ...],
    authentication: tuple[str, ...],
    lists: tuple[str, ...],
    countries: tuple[str, ...],
    master_lists: tuple[tuple[str, str], ...],
    at: datetime | None,
) -> None:
    """証拠を検証し、手順ごとの結果と事実を出す / Verify evidence: what was checked, what wasn't, and the facts."""
    moment = at or SystemClock().now()
    report = KINDS[kind](
        _read(source, MAX_BYTES), Given(moment, signing, authentication, lists, countries, master_lists)
    )
    if session.json:
        session.answer(report.as_document())
    else:
        session.say(report_text(report.as_document(), session.lang))
    if report.failure is not None:
        sys.exit(report.failure.exit_code)


def _jpki(raw: bytes, given: Given) -> Report:
    document = read_document(raw)
    signing, authentication = (
        TrustStore.of([_read(one, MAX_CERTIFICATE_BYTES) for one in paths])
        for paths in (given.signing_authorities, given.authentication_authorities)
    )
    try:
        profile = production(signing, authentication)
    except ValueError as error:
        raise Usage(problem=str(error), command="sekisho contract verify") from None
    store = profile.of(document.purpose).trust
    held = StoredLists(lists_of([_read(one, MAX_CRL_BYTES) for one in given.lists], store), "--crl")
    challenge = DocumentChallenge(document.challenge)
    if document.purpose is Purpose.AUTHENTICATION:
        return verify_authentication(
            document.submission,
            application=document.application,
            moment=given.moment,
            profile=profile,
            nonces=challenge,
            revocation=held,
        )
    return verify_signing(
        document.submission,
        application=document.application,
        stated=document.stated,
        moment=given.moment,
        profile=profile,
        nonces=challenge,
        revocation=held,
    )


def _passport(raw: bytes, given: Given) -> Report:
    document = passport_document.read_document(raw)
    trust = configured(
        authorities=[File(one, _read(one, MAX_CERTIFICATE_BYTES)) for one in given.country_authorities],
        master_lists=[
            MasterListFile(File(one, _read(one, MAX_LIST)), _read(signer, MAX_CERTIFICATE_BYTES))
            for one, signer in given.master_lists
        ],
        revocation_lists=[File(one, _read(one, MAX_CRL)) for one in given.lists],
        moment=given.moment,
    )
    return verify_passport(
        document.files, store=trust.store, lists=trust.lists, moment=given.moment, stated=document.stated
    ).report


KINDS: dict[str, Callable[[bytes, Given], Report]] = {"jpki": _jpki, "passport": _passport}
"""What reads and verifies each kind."""


def report_text(document: dict[str, Any], lang: str) -> str:
    """A report for a person, made from its document alone, so that text and ``--json`` can't differ."""
    lines = [f"{document['kind']} → {document['yields']}", ""]
    for step in document["steps"]:
        note = f"  — {step['reason'][lang]}" if step["reason"][lang] else ""
        lines.append(f"  {_MARKS[step['state']]} {step['number']:>2}  {step['title'][lang]}{note}")
    if document["failure"] is not None:
        lines += ["", "  " + document["failure"]["message"][lang]]
    for name, title in _TITLES.items():
        if document[name]:
            lines += ["", title.in_(lang)]
            lines += [f"  {one}: {_shown(value)}" for one, value in document[name].items()]
    if document["left_to_caller"]:
        lines += ["", _LEFT.in_(lang), *(f"  {text[lang]}" for text in document["left_to_caller"])]
    return "\n".join(lines)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(value) if isinstance(value, list) else str(value)


def _read(name: str, limit: int) -> bytes:
    """At most one byte more than ``limit``, so that the reader refuses a larger file itself."""
    if name == "-":
        return sys.stdin.buffer.read(limit + 1)
    path = Path(name)
    if path.is_dir():
        raise FileRefused(path=readable(path), why="a folder")
    with path.open("rb") as file:
        return file.read(limit + 1)
