"""PostgreSQL notifications between workers: "I wrote rows" and "I marked rows".

Only a wake-up call: a lost one costs at most the queue's polling interval, so nothing depends on delivery.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import psycopg
from sqlalchemy import Connection, text

from sekisho.store.database import Database

CHANNEL = "sekisho_outbox"
"""One channel per PostgreSQL database (channels know no schema); a stray call only makes a worker look."""

WAIT_SECONDS = 0.2
"""How long one wait for notifications lasts: bounds how late the thread sees that it should stop."""

_MARKED = "marked"
_NOTIFY = text("SELECT pg_notify(:channel, :payload)")
_log = logging.getLogger(__name__)


def notify_written(connection: Connection, *, me: str) -> None:
    """Tell the sequencer, when this transaction commits, that worker ``me`` wrote outbox rows."""
    connection.execute(_NOTIFY, {"channel": CHANNEL, "payload": me})


def notify_marked(connection: Connection) -> None:
    """Tell all workers, when this transaction commits, that rows were marked."""
    connection.execute(_NOTIFY, {"channel": CHANNEL, "payload": _MARKED})


class Listener:
    """A thread that passes notifications on. Reconnects by itself; what is missed meanwhile is found by polling."""

    def __init__(
        self, database: Database, *, me: str, on_written: Callable[[], None], on_marked: Callable[[], None]
    ) -> None:
        """Starts at once. ``on_written`` is not called for rows that ``me`` wrote."""
        self._database = database
        self._me = me
        self._on_written = on_written
        self._on_marked = on_marked
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sekisho-listen", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                with self._database.listen_connection() as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    while not self._stop.is_set():
                        self._pass_on(connection)
            except psycopg.Error as error:
                _log.warning("listener lost its connection: %s", type(error).__name__)
                self._stop.wait(WAIT_SECONDS)

    def _pass_on(self, connection: psycopg.Connection[tuple[object, ...]]) -> None:
        for notice in connection.notifies(timeout=WAIT_SECONDS, stop_after=1):
            if notice.payload == _MARKED:
                self._on_marked()
            elif notice.payload != self._me:
                self._on_written()

    def close(self) -> None:
        """Stop and wait for the thread (at most :data:`WAIT_SECONDS` and a little)."""
        self._stop.set()
        self._thread.join()
