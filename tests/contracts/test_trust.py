"""What evidence is verified against: added, replaced and removed on record, and seen at once by every process."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from sekisho.clock import FixedClock
from sekisho.contracts.errors import (
    TrustFileTooLarge,
    TrustUnusable,
    UnknownFormat,
    UnknownTrustFile,
    UnknownUse,
    WrongValue,
)
from sekisho.contracts.evidence.errors import TrustFileRefused
from sekisho.contracts.evidence.jpki.kind import JpkiVerifier
from sekisho.contracts.evidence.jpki.profile import Purpose
from sekisho.contracts.evidence.verifier import Prepared, Trust
from sekisho.contracts.service import ContractService
from sekisho.contracts.tables import contract_trust
from sekisho.contracts.trust import TrustSettings
from sekisho.workspace import Workspace
from tests.contracts.cards import AT, USES, jpki, made, trusting
from tests.contracts.evidence.fixtures import passport as passports
from tests.contracts.evidence.fixtures import state_pki

AUTHORITY, LIST = USES
BY = "stated:legal"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def workspace(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workspace]:
    """A workspace that trusts nobody yet, on each database."""
    url = None if request.param == "sqlite" else request.getfixturevalue("postgres_schema").url
    with made(tmp_path, url) as opened:
        yield opened


@pytest.fixture
def trust(workspace: Workspace) -> TrustSettings:
    """Its settings."""
    return TrustSettings(workspace)


def a_list(*revoked: int) -> bytes:
    """A revocation list of the made-up signing authority."""
    return jpki().revocation_list(Purpose.SIGNING, moment=AT, revoked=revoked)


def test_what_is_added_is_listed_and_on_record(workspace: Workspace, trust: TrustSettings) -> None:
    """Use, name, digest and who confirmed it, in the list and in the ledger; the content only in the table."""
    added = trust.add(AUTHORITY, "authority.cer", jpki().authority(Purpose.SIGNING), by=BY)
    assert trust.entries() == [added]
    opened = workspace.open_leaf(added.id)
    assert opened is not None
    said = json.loads(opened.body)
    assert (opened.row.kind, said["sha256"], said["by"]) == ("contract.trust_added", added.sha256, BY)
    assert added.as_document()["size"] == len(jpki().authority(Purpose.SIGNING))


def test_a_file_of_the_same_name_takes_its_place(trust: TrustSettings) -> None:
    """The list of the next day, by the name of the last one's."""
    trust.add(AUTHORITY, "authority.cer", jpki().authority(Purpose.SIGNING), by=BY)
    first = trust.add(LIST, "daily.crl", a_list(), by=BY)
    second = trust.add(LIST, "daily.crl", a_list(5), by=BY)
    assert [entry.id for entry in trust.entries()] == [entry.id for entry in (trust.entries()[0], second)]
    assert first.id not in {entry.id for entry in trust.entries()}


def test_lists_that_ended_stop_neither_the_others_nor_their_successors(
    workspace: Workspace, trust: TrustSettings
) -> None:
    """Of two countries both have ended: a new process starts, and each is replaced or removed by itself."""
    lists = []
    for country in ("japan", "germany"):
        authority = passports.authority(country)
        trust.add("passport_country_authority", f"{country}.cer", authority.certificate, by=BY)
        lists.append(trust.add("passport_revocation_list", f"{country}.crl", state_pki.crl(authority), by=BY))
    assert isinstance(workspace.clock, FixedClock)
    workspace.clock.advance(timedelta(days=400))
    now = workspace.clock.now()
    later = TrustSettings(workspace)
    later.prepared("passport", moment=now)
    new = state_pki.crl(passports.authority("japan"), this=now - timedelta(days=1), following=now + timedelta(days=30))
    later.add("passport_revocation_list", "japan.crl", new, by=BY)
    later.remove(lists[1].id, by=BY)
    assert [entry.name for entry in later.entries() if entry.use == "passport_revocation_list"] == ["japan.crl"]


def test_what_cannot_be_used_is_not_taken(workspace: Workspace, trust: TrustSettings) -> None:
    """No certificate, a list by nobody configured, an authority for both purposes, too large, no such use, no name."""
    good = jpki().authority(Purpose.SIGNING)
    before = workspace.checkpoint()
    with pytest.raises(TrustFileRefused):
        trust.add(AUTHORITY, "x", b"nothing", by=BY)
    with pytest.raises(TrustFileRefused):
        trust.add(LIST, "x", a_list(), by=BY)
    with pytest.raises(TrustFileTooLarge):
        trust.add(AUTHORITY, "x", b"x" * 1_000_000, by=BY)
    with pytest.raises(UnknownUse, match=AUTHORITY):
        trust.add("no_such_use", "x", good, by=BY)
    for name in ("", "x" * 201, "a\nb"):
        with pytest.raises(WrongValue):
            trust.add(AUTHORITY, name, good, by=BY)
    assert trust.entries() == []
    assert workspace.checkpoint() == before
    trust.add(AUTHORITY, "x", good, by=BY)
    with pytest.raises(TrustFileRefused):
        trust.add("jpki_authentication_authority", "x", good, by=BY)


def test_removing(workspace: Workspace, trust: TrustSettings) -> None:
    """What another file needs stays; what is removed is believed no longer, on record."""
    authority = trust.add(AUTHORITY, "a", jpki().authority(Purpose.SIGNING), by=BY)
    listed = trust.add(LIST, "l", a_list(), by=BY)
    with pytest.raises(TrustFileRefused):
        trust.remove(authority.id, by=BY)
    assert trust.remove(listed.id, by=BY) == listed
    trust.remove(authority.id, by=BY)
    assert trust.entries() == []
    with pytest.raises(UnknownTrustFile):
        trust.remove(authority.id, by=BY)


def count_preparing(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many files each making-ready of JPKI was given."""
    calls: list[int] = []
    really = JpkiVerifier.prepare

    def prepare(self: JpkiVerifier, trust: Trust, *, moment: datetime) -> Prepared:
        calls.append(sum(len(files) for files in trust.values()))
        return really(self, trust, moment=moment)

    monkeypatch.setattr(JpkiVerifier, "prepare", prepare)
    return calls


def test_a_verifier_is_made_ready_once(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many ask, also at the same moment, a list is read once; again when something of that kind changes."""
    desk = trusting(ContractService(workspace))
    calls = count_preparing(monkeypatch)
    found: list[Prepared] = []
    threads = [threading.Thread(target=lambda: found.append(desk.trust.prepared("jpki", moment=AT))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len({id(one) for one in found}), calls) == (1, [2])
    desk.trust.prepared("passport", moment=AT)
    desk.trust.prepared("jpki", moment=AT)
    assert calls == [2]
    desk.trust.add(LIST, "list.crl", a_list(7), by=BY)
    desk.trust.prepared("jpki", moment=AT)
    # Once to see whether it can be used, once to use it.
    assert calls == [2, 2, 2]


def test_another_process_sees_a_change(workspace: Workspace, trust: TrustSettings) -> None:
    """What one has made ready is not believed once another has changed the files."""
    running = TrustSettings(workspace)
    trust.add(AUTHORITY, "a", jpki().authority(Purpose.SIGNING), by=BY)
    before = running.prepared("jpki", moment=AT)
    assert running.prepared("jpki", moment=AT) is before
    entry = trust.add(LIST, "l", a_list(), by=BY)
    after = running.prepared("jpki", moment=AT)
    assert after is not before
    trust.remove(entry.id, by=BY)
    assert running.prepared("jpki", moment=AT) is not after


def test_what_cannot_be_used_any_more_is_unavailable(workspace: Workspace, trust: TrustSettings) -> None:
    """A damaged file: nothing is verified, and that says nothing about any evidence."""
    entry = trust.add(AUTHORITY, "a", jpki().authority(Purpose.SIGNING), by=BY)
    workspace.commit(
        lambda c: c.execute(update(contract_trust).where(contract_trust.c.id == entry.id).values(content=b"x")).rowcount
    )
    with pytest.raises(TrustUnusable) as caught:
        trust.prepared("jpki", moment=AT)
    assert caught.value.exit_code == 4
    with pytest.raises(UnknownFormat):
        trust.prepared("telepathy", moment=AT)
