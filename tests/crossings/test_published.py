"""A stopped number counts at the proxies without anybody's publishing: taken over, published, refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sekisho.calls.connector.publication import Publication
from sekisho.calls.connector.redirecting import Hops, Redirector
from sekisho.calls.connector.screener import Screener
from sekisho.calls.connector.settings import checked
from sekisho.calls.publishing import Publishing
from sekisho.calls.screening.errors import BundleRefused
from sekisho.calls.service import CallService
from sekisho.clock import FixedClock
from sekisho.crossings.deliver import Deliveries, deliver_now
from sekisho.due import State
from sekisho.keys import KeyFile
from sekisho.workspace import Workspace
from tests.calls.connector.proxy import KEY, Phone, invite
from tests.calls.stores import database_of
from tests.stops.world import FIXED, IP050, NOW, World, made_world, opened_world

EITHER_STORE = True

HOUR = timedelta(hours=1)
HERE = ("127.0.0.1", 5999)
LINE, OTHER = "0398760008", "0398760009"
CONSENT = {"given_at": NOW.isoformat(), "way": "web", "text_version": "2026-11", "cases": ["listed_calls"]}


@pytest.fixture
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A settled stops desk, and a line that asked for listed calls to be refused."""
    made = made_world(tmp_path, database_url=database_of(request))
    with made.workspace:
        calls = CallService(made.workspace)
        wanted = {"listed_calls": {"wish": "reject", "sip_status": 608}}
        calls.lines.set(LINE, wanted, CONSENT, by=made["tanto"])
        yield made


def redirector(world: World, folder: Path) -> tuple[Redirector, Screener]:
    """A redirect server that judges by what the workspace publishes."""
    (folder / "spool").mkdir()
    said = checked(
        {
            "bundle": str(CallService(world.workspace).publishing.root), "spool": str(folder / "spool"),
            "public_key": KEY.public.hex(), "spool_max_bytes": 1 << 30,
            "trunks": [{"id": "peer", "direction": "domestic", "addresses": ["127.0.0.0/8"]}],
        }
    )  # fmt: skip
    screener = Screener(said, Publication(said.bundle), log=lambda *_: None)
    hops = Hops(next_hop="sip:192.0.2.5", redress="https://redress.example/card")
    return Redirector(hops, screener), screener


def status(server: tuple[Redirector, Screener], called: str, number: str, call_id: str, later: float = 0.0) -> bytes:
    """What a call is answered. Time passes from call to call: a bundle is looked for once a second."""
    server[1].between_calls(NOW.timestamp() + later)
    data = invite(Phone(), called, number=number, call_id=call_id)
    found = server[0].answer(data, HERE, NOW.timestamp() + later)
    assert found is not None
    return found.data.split(b"\r\n")[0]


def carry_out(world: World, *numbers: str) -> tuple[str, list[Any]]:
    """A stop carried out as the interfaces do it: the request, and what was taken over with it."""
    case = world.stopped(*numbers)
    return case.id, deliver_now(world.workspace, world.service, by=world["tanto"])


def test_a_stop_is_refused_at_the_core_with_the_confirmation(world: World, tmp_path: Path) -> None:
    """From the confirmed stop on, and until the number connects again, a call that shows it is refused where the
    called line asked for that; nobody publishes."""
    CallService(world.workspace).publishing.publish(by=world["tanto"])
    server = redirector(world, tmp_path)
    assert status(server, LINE, FIXED, "a").startswith(b"SIP/2.0 302")
    request, entries = carry_out(world, FIXED)
    assert [(one.what, one.state) for one in entries] == [("deliver", State.DONE), ("publish", State.DONE)]
    assert status(server, LINE, FIXED, "b", 2.0).startswith(b"SIP/2.0 608")
    assert status(server, OTHER, FIXED, "c", 2.0).startswith(b"SIP/2.0 302")
    assert status(server, LINE, IP050, "d", 2.0).startswith(b"SIP/2.0 302")
    number = world.service.requests.find(request).numbers[0].id
    proposal = world.ordered(world.service.stopping.propose_resume([number], "誤り", by=world["tanto"]))
    world.service.stopping.carry_out(proposal.id, world.core, by=world["tanto"])
    assert len(deliver_now(world.workspace, world.service, by=world["tanto"])) == 2
    assert status(server, LINE, FIXED, "e", 4.0).startswith(b"SIP/2.0 302")


def test_killed_before_it_published(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The number is taken over and the process ends before the bundle: the next `due` of another one publishes it,
    once."""

    class Killed(BaseException):
        """The end of the process."""

    def end(*_: object, **__: object) -> None:
        raise Killed

    CallService(world.workspace).publishing.publish(by=world["tanto"])
    world.clock.advance(HOUR)
    world.stopped(FIXED)
    with monkeypatch.context() as patch:
        patch.setattr(Publishing, "publish", end)
        with pytest.raises(Killed):
            world.deliver()
    world.workspace.close()
    clock = FixedClock(world.clock.now())
    with Workspace.open(
        tmp_path / "w", mode="write", keyring=KeyFile(tmp_path / "w.key"), clock=clock
    ) as workspace:
        again = opened_world(workspace, clock)
        planned = Deliveries(workspace, again.service, by=None).plan()
        assert [one.what for one in planned] == ["publish"]
        clock.advance(HOUR)
        assert [one.what for one in again.deliver()] == ["publish"]
        assert again.deliver() == []
        assert status(redirector(again, tmp_path), LINE, FIXED, "a").startswith(b"SIP/2.0 608")


def test_what_cant_be_published_is_told_and_tried_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stop stands, the failure is told, the bundle in use stays; the next run publishes."""
    publishing = CallService(world.workspace).publishing
    publishing.publish(by=world["tanto"])
    world.clock.advance(HOUR)

    def refuse(*_: object, **__: object) -> None:
        raise BundleRefused(part="lists.bin", problem="made up")

    with monkeypatch.context() as patch:
        patch.setattr(Publishing, "publish", refuse)
        _, entries = carry_out(world, FIXED)
    assert [one.state for one in entries] == [State.DONE, State.FAILED]
    assert publishing.current().number == 1
    world.clock.advance(HOUR)
    assert [one.what for one in world.deliver()] == ["publish"]
    assert publishing.current().number == 2


def test_the_first_bundle_is_a_person_s(world: World) -> None:
    """Where nothing was ever published nothing is switched on by a stop; its entry waits in the register."""
    _, entries = carry_out(world, FIXED)
    assert [one.what for one in entries] == ["deliver"]
    assert CallService(world.workspace).publishing.every() == []
    CallService(world.workspace).publishing.publish(by=world["tanto"])
    assert world.deliver() == []
