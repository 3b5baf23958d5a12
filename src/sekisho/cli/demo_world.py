"""Everything outside the desk that ``sekisho demo`` needs: a simulator of every outside party, and a real server.

The simulators live in this process, each on a port of loopback of its own; the server is ``sekisho serve`` in a
process of its own, over the demonstration's workspace. Everything a simulator says is made up, and says so.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final, Self

from sekisho.contracts.adapters.bounded_http import Key
from sekisho.contracts.evidence.commercial_register import profile as register
from sekisho.contracts.evidence.jpki.model import RevocationState
from sekisho.contracts.evidence.jpki.profile import USE_SIGNING_AUTHORITY, Purpose
from sekisho.contracts.evidence.oidc.provider import USE as PROVIDER_USE
from sekisho.contracts.evidence.oidc.provider import read_provider
from sekisho.contracts.service import ContractService
from sekisho.contracts.sign_in.credentials import keep_credential
from sekisho.contracts.simulators import corporate_registry, jpki_platform, openid_provider, sign_up_site
from sekisho.contracts.simulators.commercial_register import SimulatedCompanySeal, SimulatedRegistrar
from sekisho.contracts.simulators.corporate_registry import MIHON
from sekisho.contracts.simulators.jpki import Holder, SimulatedCard, SimulatedJpki
from sekisho.contracts.simulators.openid_people import PERSONALITIES
from sekisho.contracts.simulators.sign_up_site import SignUpSite
from sekisho.workspace import Workspace

TARO: Final = Holder("見本 太郎", "東京都千代田区架空町1丁目2番3号", date(1990, 4, 1))
"""Who signs up; also the registered representative of the made-up company."""

_KEY: Final = Key("made-up-key-of-the-demonstration")
_END_SECONDS: Final = 20.0
# It serves when it is told to, and ends, gently, where whoever started it is gone: then there is nothing to read.
_PROGRAM: Final = """
import os
import signal
import threading
import sekisho.cli.serve
from sekisho.cli import main
from sekisho.contracts.law import contract_engine

def end_with_the_parent():
    os.read(0, 1)
    os.kill(os.getpid(), signal.SIGTERM)

contract_engine()
if os.read(0, 1):
    threading.Thread(target=end_with_the_parent, daemon=True).start()
    main()
"""


@dataclass(frozen=True, slots=True)
class Cards:
    """Who has which card: Taro's, one he lost and had revoked, and the company's certificate."""

    taro: SimulatedCard
    lost: SimulatedCard
    seal: SimulatedCompanySeal


@dataclass(frozen=True, slots=True)
class World:
    """The simulators. ``providers`` by their names."""

    jpki: SimulatedJpki
    registrar: SimulatedRegistrar
    platform: jpki_platform.Running
    registry: corporate_registry.Running
    providers: dict[str, openid_provider.Running]
    site: SignUpSite
    cards: Cards

    def believed_by(self, workspace: Workspace, desk: ContractService, *, by: str) -> None:
        """Trust and ask these from now on, in this workspace; ``by`` is who confirms what is made up."""
        now = workspace.clock.now()
        desk.trust.add(USE_SIGNING_AUTHORITY, "SIMULATOR.cer", self.jpki.authority(Purpose.SIGNING), by=by)
        desk.trust.add(register.USE_AUTHORITY, "SIMULATOR registrar.cer", self.registrar.authority, by=by)
        listed = self.registrar.revocation_list(moment=now)
        desk.trust.add(register.USE_LIST, "SIMULATOR registrar.crl", listed, by=by)
        for name, running in self.providers.items():
            content = running.provider_file()
            desk.trust.add(PROVIDER_USE, f"SIMULATOR {name}.json", content, by=by)
            keep_credential(workspace, read_provider(content), running.credential, by=by)
        desk.outside.set("jpki_platform", self.platform.address, _KEY, by=by)
        for name in ("corporate_number", "registry_information"):
            desk.outside.set(name, self.registry.address, _KEY, by=by)

    def addresses(self) -> dict[str, str]:
        """Where each simulator answers."""
        found = {"jpki_platform": self.platform.address, "corporate_registry": self.registry.address}
        found |= {name: running.issuer for name, running in self.providers.items()}
        return found | {"sign_up_site": self.site.address}


@contextmanager
def world(now: datetime) -> Iterator[World]:
    """Every simulator, served until this ends."""
    with ExitStack() as until_the_end, ThreadPoolExecutor(4) as pool:
        # Keys take most of the time, and are made side by side.
        jpki, registrar = pool.submit(SimulatedJpki, moment=now), pool.submit(SimulatedRegistrar, moment=now)
        site = until_the_end.enter_context(sign_up_site.start())
        starting = {
            name: pool.submit(openid_provider.start, one, redirect_uris=(site.callback,))
            for name, one in PERSONALITIES.items()
        }
        providers = {name: until_the_end.enter_context(made.result()) for name, made in starting.items()}
        platform = until_the_end.enter_context(jpki_platform.start())
        registry = until_the_end.enter_context(corporate_registry.start())
        cards = (pool.submit(jpki.result().signing_card, TARO), pool.submit(jpki.result().signing_card, TARO))
        seal = pool.submit(registrar.result().seal, MIHON)
        held = Cards(cards[0].result(), cards[1].result(), seal.result())
        platform.know(jpki.result().id_of(held.taro))
        platform.know(jpki.result().id_of(held.lost), RevocationState.REVOKED)
        yield World(jpki.result(), registrar.result(), platform, registry, providers, site, held)


class Server:
    """A real ``sekisho serve`` in a process of its own. It reads the law before it is told to start: the longest part.

    Only one process may write to an embedded database: start it when the workspace is closed here.
    """

    def __init__(self, workspace: Path, key_file: Path) -> None:
        """Begin to get ready."""
        surroundings = {name: value for name, value in os.environ.items() if not name.startswith("SEKISHO_")}
        options = ["--workspace", str(workspace), "--key-file", str(key_file), "serve", "--port", "0", "--json"]
        self._process = subprocess.Popen(  # noqa: S603  our own program and paths
            [sys.executable, "-c", _PROGRAM, *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=surroundings,
        )

    def start(self) -> str:
        """Serve on a free port of loopback; the address, ``/v1/`` included."""
        asking, telling = self._process.stdin, self._process.stdout
        if asking is None or telling is None:
            raise ChildProcessError("sekisho serve has no pipes")
        asking.write(b"\n")
        asking.flush()
        line = telling.readline()
        if not line:
            raise ChildProcessError("sekisho serve did not start")
        return str(json.loads(line)["address"])

    def stop(self) -> None:
        """It answers what it took, publishes the ledger, and ends. Once it has, this does nothing."""
        self._process.terminate()
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Self:
        """Getting ready already."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop, whatever happened."""
        self.stop()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
