"""Deliveries of one workspace's cases: packed, released, delivered again, receipted.

What leaves is made anew from the decisions whenever it is released and compared with what was packed; the gate is asked
in the call that hands it over, and the bytes are given out only after the leaf that says so is durable. Nothing is
written anywhere in the clear: a package is encrypted for its recipient, and on record under the key of the case's
working copies. A release that was killed is asked again: it is the same release, told once in the ledger.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from sekisho.access.errors import ScopeMissing
from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.clock import japan_date
from sekisho.disclosure import people, rows
from sekisho.disclosure.attaching import Keep, add_link, links_of
from sekisho.disclosure.deciding import Choice, Released
from sekisho.disclosure.delivery import cms, container, documents, manifest
from sekisho.disclosure.delivery.errors import (
    OtherPackage,
    PackageOutdated,
    ReceiptMismatch,
    UnknownPackage,
    WrongRecipient,
)
from sekisho.disclosure.delivery.manifest import MANIFEST, SUMS, Manifest
from sekisho.disclosure.delivery.recipient import RecipientKey, passphrase_key
from sekisho.disclosure.errors import CaseRefused, WrongState
from sekisho.disclosure.progress import Event, Part, State
from sekisho.disclosure.rows import CaseEntry
from sekisho.disclosure.scope_errors import RecipientNotNamed
from sekisho.disclosure.service import DisclosureService
from sekisho.disclosure.stepping import Known
from sekisho.logs.lookup.asked import japan_text
from sekisho.store.columns import to_micros

PACKAGE: Final = "package"
"""The kind of the paper that holds what is handed over, and of the link to the one that was."""
PACKAGE_KEY: Final = "package_key"
RECORD: Final = "manifest"
LETTERS: Final = frozenset({"answer_letter"})
"""Kinds of papers that may go with an answer."""
_AFTER: Final = frozenset({State.DELIVERED, State.WAITING})
_RECEIVING: Final = frozenset({Scope.DISCLOSURE_INTAKE, Scope.DISCLOSURE_RELEASE})


class Mode(StrEnum):
    """How a package is protected."""

    KEY = "key"
    """Encrypted for a public key that the recipient sent."""
    PASSPHRASE = "passphrase"  # noqa: S105  the name of a way
    """Encrypted for a key of its own under a passphrase that goes another way."""
    PAPER = "paper"
    """Printed: the bytes are given to whoever releases it, and only the list (目録) stays."""


class Channel(StrEnum):
    """How it is handed over."""

    LINE = "line"
    MEDIUM = "medium"
    PAPER = "paper"


@dataclass(frozen=True, slots=True)
class Package:
    """A package that was prepared. ``sha256`` is of its bytes as handed over; ``content`` of what is in it, whenever it
    was packed; ``key`` is the paper of the protected key that goes with it (a passphrase's)."""

    id: str
    mode: Mode
    sha256: str
    content: str
    letters: tuple[str, ...]
    key: str | None
    manifest: Manifest

    def document(self) -> dict[str, Any]:
        """As JSON values: what is kept with the case's record."""
        return {
            "package": self.id,
            "mode": self.mode.value,
            "sha256": self.sha256,
            "content": self.content,
            "letters": list(self.letters),
            "key": self.key,
            "manifest": self.manifest.json(),
        }


@dataclass(frozen=True, slots=True)
class Handed:
    """What goes to the recipient: bytes, and the protected key where there is one; the leaf's place in the ledger."""

    package: Package
    data: bytes
    key: bytes | None
    ledger_index: int | None


class DeliveryDesk:
    """The deliveries of one workspace. Thread-safe."""

    def __init__(self, service: DisclosureService) -> None:
        """Reads and writes nothing until asked to."""
        self._service = service
        self._steps, self._papers = service.steps, service.papers
        self._workspace = service.steps.workspace

    # --- packing -----------------------------------------------------------------------------------------------------

    def prepare(
        self,
        case_id: str,
        recipient: str,
        name: str,
        *,
        mode: Mode,
        key: RecipientKey | None = None,
        letters: Sequence[str] = (),
        by: Principal,
    ) -> tuple[Package, str | None]:
        """Pack what the decisions let leave, for one recipient; it hands nothing over. ``recipient`` is what they are
        to the case (``requester``, ``next_provider``, ``data_subject``), ``name`` theirs; ``letters`` are papers of
        the case that go with it. The second value is the passphrase where there is one: told this once, kept nowhere.

        Raises ``WrongRecipient``, ``RecipientNotNamed``, ``NothingWanted``, ``NotPermittedByLaw``, ``WrongState``,
        ``NotApart``, ``ScopeMissing``, ``ProofTooWeak``, ``UnknownAttachment``, ``CaseRefused``.
        """
        known = self._require_releaser(case_id, by)
        if known.entry.state is not State.DECIDED:
            raise WrongState(case=case_id, state=known.entry.state.value, event=Event.DELIVER.value)
        if (mode is Mode.KEY) != (key is not None):
            raise CaseRefused(field="key", problem="the recipient's key, where it is encrypted for one, and only there")
        released = self._service.deciding.released(case_id, by=by)
        self._require_recipient(known, released, recipient, name)
        files = self._files(case_id, released, letters, by)
        protected = passphrase_key() if mode is Mode.PASSPHRASE else None
        used = protected.key if protected is not None else key
        told = {"kind": recipient, "name": name, "key": None if used is None else used.fingerprint}
        made = self._manifest(known, told, released, files)
        tar = container.pack({**files, MANIFEST: made.bytes(), SUMS: manifest.sums(files)})
        data = tar if used is None else cms.seal(tar, used)
        papers = [self._papers.prepare(case_id, PACKAGE, data, keep=Keep.WORK, by=by)]
        if protected is not None:
            papers.append(self._papers.prepare(case_id, PACKAGE_KEY, protected.pem, keep=Keep.WORK, by=by))
        package = Package(
            papers[0].id,
            mode,
            hashlib.sha256(data).hexdigest(),
            made.content,
            tuple(letters),
            papers[1].id if protected is not None else None,
            made,
        )
        record = rows.canonical(package.document())
        papers.append(self._papers.prepare(case_id, RECORD, record, keep=Keep.RECORD, by=by))
        said = {
            "package": package.id,
            "sha256": package.sha256,
            "content": package.content,
            "mode": mode.value,
            "recipient": told,
            "papers": [one.said for one in papers],
        }

        def write(connection: Connection, now: datetime) -> None:
            del now
            for one in papers:
                one.write(connection)

        self._steps.note(known, "packed", said, by=by, write=write, part=Part.RELEASE)
        return package, None if protected is None else protected.passphrase

    # --- handing over ------------------------------------------------------------------------------------------------

    def release(self, case_id: str, package_id: str, *, channel: Channel, how: str, by: Principal) -> Handed:
        """Hand a package over: the gate is asked now, what may leave is compared with what was packed, and the bytes
        are returned once the leaf is durable. ``how`` names the medium, the line or the tracking number.

        Raises ``UnknownPackage``, ``PackageOutdated``, ``NotPermittedByLaw``, ``NothingPermitted``, ``WrongState``,
        ``NotApart``, ``ScopeMissing``, ``ProofTooWeak``, ``CouldNotDecrypt`` (changed bytes), ``KeyDestroyed``.
        """
        known = self._require_releaser(case_id, by)
        package, data, protected = self._stored(known, package_id, by)
        self._require_channel(package, channel)
        if known.entry.state is State.DECIDED:
            self._require_same(known, package, by)
        elif known.entry.state in _AFTER:
            self._require_delivered(known, package)
            self._service.deciding.require_delivery(known)
        said = {
            "package": package.id,
            "sha256": package.sha256,
            "content": package.content,
            "channel": channel.value,
            "how": rows.note(how, "how"),
        }

        def write(connection: Connection, now: datetime) -> None:
            add_link(connection, case_id, PACKAGE, package.id, at=now, by=by.staff_id)

        self._service.hand_over(known, package.id, said, by=by, write=write)
        return Handed(package, data, protected, self._leaf_index(case_id, Event.DELIVER.value))

    def redeliver(self, case_id: str, package_id: str, *, channel: Channel, how: str, by: Principal) -> Handed:
        """Hand the very package over again that was delivered (lost, unreadable …), with the reason in ``how``. Raises
        ``OtherPackage`` for another, ``WrongState`` before the first delivery, and as :meth:`release`."""
        known = self._require_releaser(case_id, by)
        if known.entry.state not in _AFTER:
            raise WrongState(case=case_id, state=known.entry.state.value, event="redelivered")
        package, data, protected = self._stored(known, package_id, by)
        self._require_channel(package, channel)
        self._require_delivered(known, package)
        self._service.deciding.require_delivery(known)
        said = {
            "package": package.id,
            "sha256": package.sha256,
            "channel": channel.value,
            "how": rows.note(how, "how"),
        }
        self._steps.note(known, "redelivered", said, by=by, part=Part.RELEASE)
        return Handed(package, data, protected, self._leaf_index(case_id, "redelivered"))

    def receipt(
        self, case_id: str, package_id: str, *, received_on: date, signed_by: str, sha256: str | None, by: Principal
    ) -> CaseEntry:
        """Register the recipient's receipt. ``sha256`` is what it states of the package, None where it states nothing.

        Raises ``ReceiptMismatch``, ``OtherPackage``, ``CaseRefused`` (a day to come, or before the case was received),
        ``WrongState``, ``ScopeMissing``, ``NotApart`` for whoever searched.
        """
        if not by.scopes & _RECEIVING:
            raise ScopeMissing(scope=Scope.DISCLOSURE_RELEASE.value, staff_id=by.staff_id)
        known = self._steps.known(case_id, by)
        case = known.case
        held = known.parts.get(by.staff_id, set())
        people.require_others(case_id, by.staff_id, held, (Part.SEARCH,), "receipt")
        if known.entry.state not in _AFTER:
            raise WrongState(case=case_id, state=known.entry.state.value, event="receipt")
        package = self._package(known, package_id, by)
        self._require_delivered(known, package)
        today, first = japan_date(self._workspace.clock.now()), japan_date(case.received_at)
        if not first <= received_on <= today:
            raise CaseRefused(field="received_on", problem=f"a day from {first.isoformat()} to {today.isoformat()}")
        if sha256 is not None and sha256.strip().lower() != package.sha256:
            raise ReceiptMismatch(case=case_id, package=package.id)
        said = {
            "package": package.id,
            "received_on": received_on.isoformat(),
            "signed_by": rows.note(signed_by, "signed_by"),
            "sha256": None if sha256 is None else package.sha256,
        }
        return self._steps.note(known, "receipt", said, by=by)

    def wait(self, case_id: str, note: str, *, by: Principal) -> CaseEntry:
        """Begin the time for objections, on the day on which the last of the parties was notified: today. Raises as
        every step does."""
        return self._service.wait(case_id, note, by=by)

    def packages(self, case_id: str, *, by: Principal) -> list[Package]:
        """The packages that were prepared, the oldest first. Raises ``UnknownCase``, ``KeyDestroyed``."""
        papers = self._papers.every(case_id, by=by, kind=RECORD)
        return [_read(self._papers.find(case_id, one.id, by=by)[1]) for one in papers]

    # --- how ---------------------------------------------------------------------------------------------------------

    def _require_releaser(self, case_id: str, by: Principal) -> Known:
        by.require(Scope.DISCLOSURE_RELEASE)
        by.require_proof(Event.DELIVER.value)
        known = self._steps.known(case_id, by)
        held = known.parts.get(by.staff_id, set())
        people.require_apart(case_id, by.staff_id, held, Part.RELEASE, emergency=known.entry.emergency)
        known.case  # noqa: B018  a destroyed case is told before anything else
        return known

    def _require_recipient(self, known: Known, released: Sequence[Released], recipient: str, name: str) -> None:
        rows.note(name, "recipient")
        for one in released:
            if recipient not in one.decision.recipients:
                permitted = ", ".join(one.decision.recipients)
                raise WrongRecipient(case=known.entry.id, recipient=recipient[:40], permitted=permitted)
        who = known.case.requester
        # The next provider is another company than the paper's; whom it is, the letter to it says.
        if recipient != "next_provider" and name.strip() not in {who.name.strip(), who.officer.strip()} - {""}:
            raise RecipientNotNamed

    def _files(
        self, case_id: str, released: Sequence[Released], letters: Sequence[str], by: Principal
    ) -> dict[str, bytes]:
        """What goes into a package, by name: nothing in it depends on when it is made."""
        files = {}
        answered = documents.answer(case_id, released)
        if answered:
            files["answer.json"] = orjson.dumps(
                {"case": case_id, "items": answered}, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2
            )
        for number, paper_id in enumerate(letters, 1):
            paper, data = self._papers.find(case_id, paper_id, by=by)
            if paper.kind not in LETTERS:
                raise CaseRefused(field="letters", problem=f"papers of the kinds {', '.join(sorted(LETTERS))}")
            files[f"letter-{number:02}.{'pdf' if data.startswith(b'%PDF-') else 'bin'}"] = data
        if not files:
            raise CaseRefused(field="letters", problem="what is passed on to the next provider goes with its letter")
        return files

    def _manifest(
        self,
        known: Known,
        told: Mapping[str, Any],
        released: Sequence[Released],
        files: Mapping[str, bytes],
    ) -> Manifest:
        items = tuple(
            {"item": one.item.number, "choice": one.decision.choice.value, "wanted": list(one.item.wanted)}
            for one in released
        )
        return Manifest(
            known.entry.id,
            known.case.document.number,
            self._workspace.name,
            told,
            japan_text(to_micros(self._workspace.clock.now())),
            items,
            manifest.listed(files),
            {
                "origin": self._workspace.origin,
                "leaf_index": self._leaf_index(known.entry.id, Event.DECIDE.value),
                "checkpoint": self._workspace.checkpoint().decode(),
            },
        )

    def _require_same(self, known: Known, package: Package, by: Principal) -> None:
        """What may leave now is what was packed. Raises ``PackageOutdated`` and what the gate raises."""
        case_id = known.entry.id
        released = self._service.deciding.released(case_id, by=by)
        recipient = package.manifest.recipient
        self._require_recipient(known, released, str(recipient["kind"]), str(recipient["name"]))
        files = self._files(case_id, released, package.letters, by)
        choices = tuple((one.item.number, one.decision.choice) for one in released)
        packed = tuple((one["item"], Choice(one["choice"])) for one in package.manifest.items)
        if manifest.listed(files) != package.manifest.files or choices != packed:
            raise PackageOutdated(case=case_id, package=package.id)

    def _require_delivered(self, known: Known, package: Package) -> None:
        with self._workspace.database.read() as connection:
            delivered = links_of(connection, known.entry.id, PACKAGE)
        if package.id not in delivered:
            raise OtherPackage(case=known.entry.id, package=package.id)

    def _require_channel(self, package: Package, channel: Channel) -> None:
        if (package.mode is Mode.PAPER) != (channel is Channel.PAPER):
            raise CaseRefused(field="channel", problem="paper for what is printed, a medium or a line for the others")

    def _package(self, known: Known, package_id: str, by: Principal) -> Package:
        for one in self.packages(known.entry.id, by=by):
            if one.id == package_id:
                return one
        raise UnknownPackage(case=known.entry.id, package=package_id[:64])

    def _stored(self, known: Known, package_id: str, by: Principal) -> tuple[Package, bytes, bytes | None]:
        case_id = known.entry.id
        package = self._package(known, package_id, by)
        data = self._papers.content(case_id, package.id, by=by)[1]
        if hashlib.sha256(data).hexdigest() != package.sha256:
            raise PackageOutdated(case=case_id, package=package.id)
        protected = None if package.key is None else self._papers.content(case_id, package.key, by=by)[1]
        return package, data, protected

    def _leaf_index(self, case_id: str, event: str) -> int | None:
        """Where the last leaf of such a step stands in the ledger."""
        with self._workspace.database.read() as connection:
            leaves = [one.id for one in rows.events_of(connection, case_id) if one.event == event]
        if leaves and self._workspace.index_of(leaves[-1]) is None:
            self._workspace.settle()
        return self._workspace.index_of(leaves[-1]) if leaves else None


def _read(data: bytes) -> Package:
    said = orjson.loads(data)
    return Package(
        said["package"],
        Mode(said["mode"]),
        said["sha256"],
        said["content"],
        tuple(said["letters"]),
        said["key"],
        manifest.read(orjson.dumps(said["manifest"])),
    )
