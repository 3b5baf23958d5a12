"""What an inspection file says of a case: one JSON document for each part of what must be on record (JILIS guideline
5.2; the least list in the facts this desk is built on). No row of a log is in it: what was found ended with the working
copies, and its hash stays in the leaves.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson
from sqlalchemy import select

from sekisho.access import approval_service
from sekisho.access.principal import Principal
from sekisho.destruction.errors import NotPublished
from sekisho.disclosure import closing
from sekisho.disclosure.attaching import CORRECTION, FORMER_DECISIONS, Keep, links_of
from sekisho.disclosure.errors import UnknownCase
from sekisho.disclosure.grants_end import GRANT
from sekisho.disclosure.hearing.store import RECORD_KIND as HEARING
from sekisho.disclosure.law import disclosure_engine
from sekisho.disclosure.service import DisclosureService
from sekisho.disclosure.stepping import Known
from sekisho.disclosure.tables import disclosure_destruction
from sekisho.logs.lookup.grants import Grants
from sekisho.workspace import Workspace

SPOKEN: Final = frozenset(
    {HEARING, "manifest", "search_evidence", "former_outcomes", "superseded", FORMER_DECISIONS, CORRECTION}
)
"""Kinds of papers whose words are part of the record: this desk's own JSON. Of the others the file has the hash."""


def files_of(service: DisclosureService, workspace: Workspace, known: Known, by: Principal) -> dict[str, bytes]:
    """The documents of a case, by file name. Raises what reading them raises."""
    case_id = known.entry.id
    evidence = service.deciding.evidence(case_id, by=by)
    documents: dict[str, Any] = {
        "case.json": known.entry.document(),
        "people.json": {who: sorted(part.value for part in parts) for who, parts in sorted(known.parts.items())},
        "timeline.json": [one.document() for one in service.timeline(case_id, by=by)],
        "deadlines.json": [_term(one) for one in service.deadlines(case_id, by=by)],
        "papers.json": _papers(service, case_id, by),
        "queries.json": {"items": evidence, "grants": _grants(workspace, case_id)},
        "decisions.json": _decisions(service, known, by),
        "certificates.json": _certificates(workspace, case_id),
    }
    return {name: _json(document) for name, document in documents.items()}


def queries_of(evidence: bytes) -> list[int]:
    """The ledger indexes of the lookups that ``queries.json`` tells of, in order."""
    items = orjson.loads(evidence)["items"]
    return sorted({index for one in items for index in one["ledger"] if isinstance(index, int)})


def _term(one: Any) -> dict[str, Any]:
    ended = None if one.ended_at is None else one.ended_at.isoformat()
    return {
        "kind": one.kind,
        "started_on": one.started_on.isoformat(),
        "due_on": one.due_on.isoformat(),
        "state": one.state,
        "ended_at": ended,
        "ended_by": one.ended_by,
        "party": one.party,
    }


def _papers(service: DisclosureService, case_id: str, by: Principal) -> list[dict[str, Any]]:
    """Every paper with its hash, which the leaf that added it tells; this desk's own records with their words."""
    hashes: dict[str, str] = {}
    for step in service.timeline(case_id, by=by):
        _hashes(step.said or {}, hashes)
    told = []
    for paper in service.papers.every(case_id, by=by):
        one: dict[str, Any] = {
            "id": paper.id,
            "kind": paper.kind,
            "keep": paper.keep.value,
            "size": paper.size,
            "sha256": hashes.get(paper.id),
            "made_at": paper.made_at.isoformat(),
            "made_by": paper.made_by,
        }
        if paper.keep is Keep.RECORD and paper.kind in SPOKEN:
            one["says"] = orjson.loads(service.papers.find(case_id, paper.id, by=by)[1])
        told.append(one)
    return told


def _hashes(said: Any, found: dict[str, str]) -> None:
    """Collect what leaves tell of papers, wherever it stands in them."""
    if isinstance(said, Mapping):
        paper, digest = said.get("paper"), said.get("sha256")
        if isinstance(paper, str) and isinstance(digest, str):
            found[paper] = digest
        for value in said.values():
            _hashes(value, found)
    elif isinstance(said, list):
        for value in said:
            _hashes(value, found)


def _decisions(service: DisclosureService, known: Known, by: Principal) -> list[dict[str, Any]]:
    """What was decided, with what each rule cites."""
    rules = disclosure_engine().rulebook.rules
    told = []
    for one in service.deciding.decisions(known.entry.id, by=by):
        cited = [
            {
                "rule": name,
                "provisions": list(rules[name].citations(known.entry.type.value)),
                "source": rules[name].source,
                "content_hash": rules[name].content_hash,
            }
            for name in one.rules
            if name in rules
        ]
        told.append({**one.document(), "cited": cited})
    return told


def _grants(workspace: Workspace, case_id: str) -> list[dict[str, Any]]:
    """The grants of a case's searches: their terms, and who approved them."""
    with workspace.database.read() as connection:
        ids = links_of(connection, case_id, GRANT)
    grants = Grants(workspace)
    told = []
    for grant_id in ids:
        entry = grants.find(grant_id)
        with workspace.database.read() as connection:
            asked = [approval_service.find_approval(connection, one) for one in entry.approvals]
        approvals = [
            {
                "id": one.id,
                "state": one.state.value,
                "decided_by": one.decided_by,
                "decided_at": None if one.decided_at is None else one.decided_at.isoformat(),
            }
            for one in asked
        ]
        told.append({**entry.document(), "approvals": approvals})
    return told


def _certificates(workspace: Workspace, case_id: str) -> list[dict[str, Any]]:
    """Certificates of the case's keys that have ended: of its working copies."""
    table = disclosure_destruction
    with workspace.database.read() as connection:
        keys = list(connection.execute(select(table.c.key).where(table.c.case_id == case_id)).scalars())
    told = []
    for key in sorted(keys):
        try:
            told.append(closing.issued(workspace, key))
        except (UnknownCase, NotPublished):  # begun, and not certified yet
            continue
    return told


def _json(document: Any) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2) + b"\n"
