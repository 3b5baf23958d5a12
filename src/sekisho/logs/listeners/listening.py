"""One source's listeners, from the sockets to the store: begun together, ended so that nothing received is lost.

A listener's own thread has the sockets, one more writes the spool, one more takes in what the spool has. Ending: no
more is accepted, what has arrived is read, the spool is completed and taken in.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final, Self

import uvloop

from sekisho.clock import japan_date
from sekisho.errors import SekishoError
from sekisho.logs.formats.ipfix import messages as wire
from sekisho.logs.formats.ipfix.reader import LIFETIME_SECONDS
from sekisho.logs.health import SECOND, Gap
from sekisho.logs.intervals.days import microseconds
from sekisho.logs.listeners import announcements as announcing
from sekisho.logs.listeners import losses
from sekisho.logs.listeners.accounting import Accounting
from sekisho.logs.listeners.announcements import Announcements
from sekisho.logs.listeners.counts import Counts
from sekisho.logs.listeners.datagrams import Datagrams, syslog_message
from sekisho.logs.listeners.endpoints import Endpoint, ListenSpec, Senders, Transport, bound, declared
from sekisho.logs.listeners.losses import Losses
from sekisho.logs.listeners.secrets import read_secrets
from sekisho.logs.listeners.sink import CAPACITY, Record, Sink
from sekisho.logs.listeners.status import write_status
from sekisho.logs.listeners.streams import StreamLimits, StreamServer, tls_context
from sekisho.logs.policies import require_policy
from sekisho.logs.service import LogService
from sekisho.logs.sources import Source
from sekisho.workspace import Workspace

DRAIN_SECONDS: Final = 10.0
"""Between two drains: how far answers lag behind what was received."""
TICK_SECONDS: Final = 1.0
"""Between two looks at what was dropped, and at connections that are too slow."""
LINGER_SECONDS: Final = 0.1
"""How long syslog and IPFIX, which nobody waits for, gather before they are synced."""
STOP_GRACE: Final = 3.0
"""Seconds in which open connections are read on after the end was asked for."""
START_SECONDS: Final = 30.0

_log = logging.getLogger(__name__)


class Listening:
    """Listens for one source. Use as a context manager; or :meth:`start` and :meth:`stop`."""

    def __init__(
        self,
        workspace: Workspace,
        logs: LogService,
        source: Source,
        spec: ListenSpec,
        *,
        drain_seconds: float = DRAIN_SECONDS,
        limits: StreamLimits | None = None,
        capacity: int = CAPACITY,
    ) -> None:
        """Raises ``ListenRefused``, ``SecretsRefused``. Nothing is open before :meth:`start`. ``capacity``: bytes that
        may wait for the disk."""
        self._workspace = workspace
        self._logs = logs
        self._source = source
        self._spec = spec.checked(source)
        self._drain_seconds = drain_seconds
        self._limits = limits or StreamLimits()
        self._capacity = capacity
        self.counts = Counts()
        self._secrets = None if spec.secrets is None else read_secrets(spec.secrets)
        self._tls = None
        if spec.certificate is not None and spec.key is not None:
            self._tls = tls_context(spec.certificate, spec.key, spec.client_ca)
        self._losses = Losses(self._now())
        self._pending: list[Gap] = []
        self._kernel: dict[Datagrams, int] = {}
        self._announcements: Announcements | None = None
        self._sink: Sink | None = None
        self._datagrams: list[Datagrams] = []
        self._streams: list[StreamServer] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._end: asyncio.Event | None = None
        self._started = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._drainer: threading.Thread | None = None
        self._error: BaseException | None = None
        self._draining = threading.Lock()
        self.endpoints: tuple[Endpoint, ...] = ()
        """Where it listens, with the ports that were taken."""

    @property
    def source(self) -> Source:
        """What is listened for."""
        return self._source

    @property
    def failed(self) -> BaseException | None:
        """Why it ended by itself; None while it doesn't."""
        if self._error is not None:
            return self._error
        return None if self._sink is None else self._sink.failed

    def start(self) -> Self:
        """Listen. When this returns the ports are open. Raises ``NoPolicy`` (nothing is received, not even for a
        moment, that nobody decided to keep), ``SpoolInUse``, ``PortUnavailable``, ``OSError``."""
        with self._workspace.database.read() as connection:
            require_policy(connection, self._source.spec, japan_date(self._workspace.clock.now()))
        sockets = []
        try:
            for one in self._spec.endpoints:
                sock = bound(one)
                sockets.append((Endpoint(one.transport, one.host, sock.getsockname()[1]), sock))
            writer = self._logs.spool(self._source.number)
        except BaseException:
            for _, sock in sockets:
                sock.close()
            raise
        self.endpoints = tuple(where for where, _ in sockets)
        transports = {where.transport for where, _ in sockets}
        if Transport.IPFIX in transports:
            ground = self._logs.ground
            lifetime = self._source.settings.get("template_lifetime_seconds", LIFETIME_SECONDS) * SECOND
            path = ground.spool_of(self._source) / announcing.NAME
            self._announcements = Announcements(path, ground.layer, lifetime=lifetime, now=self._now())
            writer.begin_with(self._announcements.records)
        self._writer = writer
        self._sink = Sink(
            writer,
            self.counts,
            linger=0.0 if transports == {Transport.RADIUS} else LINGER_SECONDS,
            capacity=self._capacity,
        )
        self._thread = threading.Thread(target=self._run, args=(sockets,), name="log-listener", daemon=True)
        self._thread.start()
        self._started.wait(START_SECONDS)
        if self._error is not None:
            self._thread.join()
            self._sink.close()
            writer.close()
            for _, sock in sockets:
                sock.close()
            raise self._error
        self._drainer = threading.Thread(target=self._drain_on, name="log-drain", daemon=True)
        self._drainer.start()
        return self

    def stop(self) -> None:
        """End: read what has arrived, make it durable, take it in. Stopping twice does nothing."""
        if self._thread is None or self._stopping.is_set():
            return
        self._stopping.set()
        if self._loop is not None and self._end is not None:
            with suppress(RuntimeError):  # the loop ended by itself
                self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()
        if self._drainer is not None:
            self._drainer.join()
        if self._sink is not None:
            self._sink.close()
        try:
            self._writer.close()
        except OSError:
            self.counts.disk_errors += 1
        self._look()
        self._drain()
        for one in self._datagrams:
            one.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def document(self) -> dict[str, Any]:
        """How it is, as plain values."""
        return {
            "at": self._now(),
            "listening": not self._stopping.is_set() and self.failed is None,
            "endpoints": [str(one) for one in self.endpoints],
            **self.counts.document(),
        }

    def flush(self, timeout: float = 30.0) -> bool:
        """Take in everything that has been received so far; whether that was done in time."""
        if self._sink is None or not self._sink.roll(timeout):
            return False
        self._drain()
        return True

    # --- the sockets' thread -----------------------------------------------------------------------------------------

    def _run(self, sockets: Sequence[tuple[Endpoint, Any]]) -> None:
        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(self._serve(sockets))
        except BaseException as error:
            self._error = error
            _log.exception("the listener of %s ended", self._source.spec.name)
        finally:
            self._started.set()

    async def _serve(self, sockets: Sequence[tuple[Endpoint, Any]]) -> None:
        loop = self._loop = asyncio.get_running_loop()
        end = self._end = asyncio.Event()
        senders = Senders(self._spec.allow)
        for where, sock in sockets:
            self._open(where, sock, senders, loop)
        for datagrams in self._datagrams:
            datagrams.start(loop)
        for stream in self._streams:
            stream.start()
        self._started.set()
        while not end.is_set() and self.failed is None:
            with suppress(TimeoutError):
                await asyncio.wait_for(end.wait(), TICK_SECONDS)
            for stream in self._streams:
                stream.sweep()
        for datagrams in self._datagrams:
            datagrams.stop()
        for stream in self._streams:
            await stream.stop(STOP_GRACE)
        sink = self._sink
        if sink is not None and self.failed is None:
            # What was received is answered before the sockets close.
            await loop.run_in_executor(None, sink.roll, STOP_GRACE)
            await asyncio.sleep(0)

    def _open(self, where: Endpoint, sock: Any, senders: Senders, loop: asyncio.AbstractEventLoop) -> None:
        sink = self._sink
        if sink is None:
            raise RuntimeError("a listener has a sink")
        if where.transport in (Transport.TCP, Transport.TLS):
            tls = self._tls if where.transport is Transport.TLS else None
            server = StreamServer(sock, senders, sink, self.counts, now=self._now, tls=tls, limits=self._limits)
            self._streams.append(server)
            return
        take: Callable[[bytes, str, str, Any], None]
        if where.transport is Transport.RADIUS:
            if self._secrets is None:
                raise RuntimeError("RADIUS has secrets")
            take = Accounting(
                sock,
                self._secrets,
                sink,
                self.counts,
                now=self._now,
                call=lambda call: _soon(loop, call),
                demand_message_authenticator=self._spec.demand_message_authenticator,
            ).take
        elif where.transport is Transport.IPFIX:
            take = self._take_ipfix
        else:
            take = self._take_syslog
        datagrams = Datagrams(sock, senders, self.counts, take)
        self._datagrams.append(datagrams)
        if where.transport is not Transport.RADIUS:
            # What the kernel drops of RADIUS wasn't answered and comes again: no loss.
            self._kernel[datagrams] = 0

    def _take_syslog(self, data: bytes, host: str, peer: str, address: Any) -> None:
        del host, address
        message = syslog_message(data)
        if not message:
            self.counts.dropped["empty"] += 1
        elif self._sink is not None and not self._sink.offer(Record(message, self._now(), peer)):
            self.counts.dropped["queue_full"] += 1

    def _take_ipfix(self, data: bytes, host: str, peer: str, address: Any) -> None:
        del host, address
        if not wire.is_datagram(data):
            self.counts.dropped["not_ipfix"] += 1
            return
        now = self._now()
        if self._announcements is not None:
            self._announcements.note(data, peer, now)
        if self._sink is not None and not self._sink.offer(Record(data, now, peer)):
            self.counts.dropped["queue_full"] += 1

    # --- draining ----------------------------------------------------------------------------------------------------

    def _drain_on(self) -> None:
        since_drain = 0.0
        try:
            while not self._stopping.wait(TICK_SECONDS) and self.failed is None:
                since_drain += TICK_SECONDS
                self._look()
                if since_drain >= self._drain_seconds:
                    since_drain = 0.0
                    self.flush()
        except BaseException as error:
            # An error of ours: the listener ends visibly. What it acknowledged is in the spool.
            self._error = error
            _log.exception("the listener of %s ended", self._source.spec.name)

    def _look(self) -> None:
        """See what was dropped since the last look."""
        for datagrams, before in tuple(self._kernel.items()):
            now = datagrams.drops.count()
            self.counts.dropped["kernel"] += now - before
            self._kernel[datagrams] = now
        self._pending += self._losses.look(self.counts.dropped, self._now())

    def _drain(self) -> None:
        """Take in what the spool has, and write down how the listener is. What fails is tried again next time."""
        with self._draining:
            try:
                losses.enter(self._workspace, self._source.number, self._pending)
                self._pending = []
                self._logs.drain(self._source.number)
                self.counts.drains += 1
            except SekishoError as error:
                self.counts.drain_errors[error.reason] += 1
                _log.warning("%s: %s", self._source.spec.name, error.sentence("en"))
            except OSError as error:
                self.counts.drain_errors["disk"] += 1
                _log.warning("%s: %s", self._source.spec.name, error.strerror)
            ground = self._logs.ground
            try:
                if self._announcements is not None:
                    self._announcements.save()
                write_status(ground.spool_of(self._source), ground.layer, self.document())
            except OSError:
                self.counts.disk_errors += 1

    def _now(self) -> int:
        return microseconds(self._workspace.clock.now())


def _soon(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    with suppress(RuntimeError):  # the loop has ended: nobody can be answered any more
        loop.call_soon_threadsafe(call)


@contextmanager
def listening(workspace: Workspace, logs: LogService) -> Iterator[tuple[Listening, ...]]:
    """While within: listen for every source whose settings say where. Raises as :class:`Listening` and its start."""
    begun: list[Listening] = []
    try:
        for source in logs.sources():
            spec = declared(source.settings)
            if spec is not None:
                begun.append(Listening(workspace, logs, source, spec).start())
        yield tuple(begun)
    finally:
        for one in begun:
            one.stop()
