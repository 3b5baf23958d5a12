"""Whom a workspace asks while it verifies: set by name, and asked by whatever process verifies next.

Three parties have an adapter:

- ``jpki_platform``: a platform operator (プラットフォーム事業者) who knows which certificates of JPKI are revoked;
- ``corporate_number``: 国税庁法人番号公表サイト;
- ``registry_information``: a gateway to 登記情報.

An address and a key are kept in the database, the key encrypted under ``workspace/outside-parties``; each change is a
leaf of the ledger, which names party and address and never the key. Every verification looks up what is set now, so a
change counts from the next one on, in every process. A party that is down is no error of this module: its adapter says
could-not-check.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

import orjson
from sqlalchemy import Connection, delete, insert, select

from sekisho.contracts.adapters.bounded_http import Host, Key
from sekisho.contracts.adapters.corporate_number_http import CorporateNumberHttp
from sekisho.contracts.adapters.platform_http import PlatformHttp
from sekisho.contracts.adapters.registry_information_http import RegistryInformationHttp
from sekisho.contracts.evidence.jpki.errors import RevocationNotChecked
from sekisho.contracts.evidence.jpki.model import RevocationAnswer
from sekisho.contracts.evidence.jpki.ports import RevocationSource
from sekisho.contracts.evidence.pki.path import IssuedCertificate
from sekisho.contracts.evidence.registry.kind import CORPORATE_NUMBER, REGISTRY_INFORMATION
from sekisho.contracts.evidence.verifier import Verifier
from sekisho.contracts.outside.errors import AddressTooLong, PartyNotSet, UnknownParty
from sekisho.contracts.outside.tables import contract_outside_party
from sekisho.engine.facts import Text
from sekisho.keys.schedule import workspace_key
from sekisho.workspace import Workspace
from sekisho.workspace.parts import HOUSE_KEY

SET_LEAF: Final = "contract.outside_party_set"
REMOVED_LEAF: Final = "contract.outside_party_removed"
MAX_ADDRESS: Final = 300
"""Characters of an address; the column's width."""

JPKI_PLATFORM: Final = "jpki_platform"
SITE: Final = "corporate_number"
GATEWAY: Final = "registry_information"

_KEY: Final = workspace_key("outside-parties")

Adapter = PlatformHttp | CorporateNumberHttp | RegistryInformationHttp


@dataclass(frozen=True, slots=True)
class PartyKind:
    """A party that can be asked, and which formats of raw evidence ask it."""

    name: str
    title: Text
    asked_by: frozenset[str]
    adapter: Callable[[Host, Key], Adapter]


PARTIES: Final[Mapping[str, PartyKind]] = MappingProxyType(
    {
        one.name: one
        for one in (
            PartyKind(
                JPKI_PLATFORM,
                Text("公的個人認証のプラットフォーム事業者（失効の照会）", "JPKI platform operator (revocation)"),
                frozenset({"jpki"}),
                PlatformHttp,
            ),
            PartyKind(
                SITE,
                Text("国税庁法人番号公表サイト", "the National Tax Agency's corporate-number site"),
                frozenset({CORPORATE_NUMBER.kind}),
                CorporateNumberHttp,
            ),
            PartyKind(
                GATEWAY,
                Text("登記情報の取得先（自社のゲートウェイ）", "gateway to registry information"),
                frozenset({REGISTRY_INFORMATION.kind}),
                RegistryInformationHttp,
            ),
        )
    }
)
"""By name, in the order in which people are told."""


@dataclass(frozen=True, slots=True)
class PartyEntry:
    """A party as it is listed: never its key. ``id`` is that of the leaf which says who set it."""

    name: str
    id: str
    address: str
    set_by: str
    set_at: datetime

    def as_document(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "name": self.name,
            "id": self.id,
            "address": self.address,
            "simulator": Host(self.address).is_loopback,
            "set_by": self.set_by,
            "set_at": self.set_at.isoformat(),
        }


class OutsideParties:
    """The outside parties of one workspace; itself a ``RevocationSource``. Thread-safe."""

    def __init__(self, workspace: Workspace) -> None:
        """Asks nobody yet."""
        self._workspace = workspace
        self._lock = threading.Lock()
        self._made: dict[str, tuple[str, Adapter]] = {}

    def entries(self) -> list[PartyEntry]:
        """Those that are set, by name."""
        table = contract_outside_party.c
        query = select(table.name, table.id, table.address, table.set_by, table.set_at).order_by(table.name)
        with self._workspace.database.read() as connection:
            return [PartyEntry(*row) for row in connection.execute(query)]

    def set(self, name: str, address: str, key: Key, *, by: str) -> PartyEntry:
        """Ask ``name`` at ``address`` from now on, showing ``key``; ``by`` is who decided that.

        Raises ``UnknownParty``, ``AddressTooLong``, and ``AdapterAddressRefused`` for an address whose answers couldn't
        be believed. Doesn't ask it anything: that the address and the key are right shows with the first question.
        """
        _known(name)
        if len(address) > MAX_ADDRESS:
            raise AddressTooLong(limit=MAX_ADDRESS)
        Host(address)
        now = self._workspace.clock.now()
        leaf = self._workspace.seal(
            kind=SET_LEAF, owner=HOUSE_KEY, body=_body({"name": name, "address": address, "by": by}), at=now
        )
        self._workspace.keyring.ensure(_KEY)
        row = {
            "name": name,
            "id": leaf.id,
            "address": address,
            "body": self._workspace.keyring.encrypt(_KEY, key.value.encode("ascii"), aad=_place(name, leaf.id)),
            "set_by": by,
            "set_at": now,
        }

        def write(connection: Connection) -> None:
            connection.execute(delete(contract_outside_party).where(contract_outside_party.c.name == name))
            connection.execute(insert(contract_outside_party), row)

        self._workspace.commit(write, [leaf])
        return PartyEntry(name, leaf.id, address, by, now)

    def remove(self, name: str, *, by: str) -> PartyEntry:
        """Ask it no longer, and forget its key. Raises ``UnknownParty``, ``PartyNotSet``."""
        _known(name)
        found = next((one for one in self.entries() if one.name == name), None)
        if found is None:
            raise PartyNotSet(party=name)
        said = {"name": name, "id": found.id, "address": found.address, "by": by}
        leaf = self._workspace.seal(
            kind=REMOVED_LEAF, owner=HOUSE_KEY, body=_body(said), at=self._workspace.clock.now()
        )

        def write(connection: Connection) -> None:
            table = contract_outside_party
            if not connection.execute(delete(table).where(table.c.id == found.id)).rowcount:
                raise PartyNotSet(party=name)

        self._workspace.commit(write, [leaf])
        return found

    # --- asking ---

    def revocation(self, format_: str) -> RevocationSource | None:
        """Who is asked about certificates in raw evidence of this format; None where nobody is."""
        if format_ not in PARTIES[JPKI_PLATFORM].asked_by:
            return None
        found = self._adapter(JPKI_PLATFORM)
        return found if isinstance(found, PlatformHttp) else None

    def status(self, issued: IssuedCertificate, moment: datetime) -> RevocationAnswer:
        """What the platform operator says; raises ``NotCheckable`` where there is none, or no answer."""
        found = self._adapter(JPKI_PLATFORM)
        if not isinstance(found, PlatformHttp):
            raise RevocationNotChecked(problem="no platform operator is set")
        return found.status(issued, moment)

    def verifier(self, format_: str) -> Verifier | None:
        """The verifier of a format that is a question to a party which is set; None for every other."""
        if format_ == CORPORATE_NUMBER.kind:
            site = self._adapter(SITE)
            return CORPORATE_NUMBER.asking(site) if isinstance(site, CorporateNumberHttp) else None
        if format_ == REGISTRY_INFORMATION.kind:
            gateway = self._adapter(GATEWAY)
            return REGISTRY_INFORMATION.asking(gateway) if isinstance(gateway, RegistryInformationHttp) else None
        return None

    def _adapter(self, name: str) -> Adapter | None:
        table = contract_outside_party
        with self._workspace.database.read() as connection:
            row = connection.execute(select(table).where(table.c.name == name)).one_or_none()
        if row is None:
            return None
        with self._lock:
            made = self._made.get(name)
            if made is None or made[0] != row.id:
                key = self._workspace.keyring.decrypt(_KEY, row.body, aad=_place(name, row.id)).decode("ascii")
                made = (row.id, PARTIES[name].adapter(Host(row.address), Key(key)))
                self._made[name] = made
            return made[1]


def waits_for_somebody(format_: str) -> bool:
    """Whether verifying this format may wait for an outside party."""
    return any(format_ in party.asked_by for party in PARTIES.values())


def _known(name: str) -> PartyKind:
    found = PARTIES.get(name)
    if found is None:
        raise UnknownParty(party=name[:80], known=", ".join(PARTIES))
    return found


def _place(name: str, row_id: str) -> bytes:
    return orjson.dumps(["sekisho/outside-party/1", name, row_id])


def _body(said: Mapping[str, str]) -> bytes:
    return orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
