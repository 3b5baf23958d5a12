"""The corpus as inputs of the log store: a batch of records as columns, read like any other format's."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import numpy as np

from bench.log_corpus.parameters import Parameters
from bench.log_corpus.parameters import Records as Logged
from bench.log_corpus.records import Records, given_back, read_back
from bench.log_corpus.truth import INSIDE, Truth
from sekisho.logs.columns import Addresses, Texts
from sekisho.logs.events import Action, Events
from sekisho.logs.formats.reader import Context, Found, Framing
from sekisho.logs.kinds import LogKind

FORMAT: Final = "corpus"
PLACE: Final = "bench.log_corpus.reader:make"


def written(truth: Truth, batch: Records) -> bytes:
    """A batch of one source as an input's bytes."""
    p = truth.parameters
    time, notes = read_back(batch, p)
    holding = np.maximum(batch.holding, 0)
    resource = truth.holdings.resource[holding]
    columns: dict[str, Any] = {
        "action": batch.action,
        "time": time,
        "notes": notes,
        "address": truth.resources.address[resource],
        "port_low": truth.resources.port_low[resource],
        "port_high": truth.resources.port_high[resource],
        "holder": truth.holdings.holder[holding],
    }
    if p.sessions:
        columns["session"] = truth.holdings.session[holding]
    if p.limit:
        ends = batch.action == int(Action.STOP)
        columns["limit"] = np.where(ends, 0, _limits(truth, batch, p))
    made = io.BytesIO()
    np.savez(made, **columns)
    return made.getvalue()


def _limits(truth: Truth, batch: Records, p: Parameters) -> Any:
    if p.records is not Logged.LEASES:
        return np.full(len(batch), p.limit)
    # A lease that isn't given back ends with the holding; who stays renews it at half time.
    holding = np.maximum(batch.holding, 0)
    left = truth.holdings.end[holding] // p.tick * p.tick - batch.stamp
    return np.where(given_back(holding), p.limit, np.clip(left, 1, p.limit))


class CorpusReader:
    """Reads what :func:`written` wrote. ``subject``: the holders are lines rather than inside addresses."""

    framing = Framing.WHOLE

    def __init__(self, kind: LogKind, *, subject: bool) -> None:
        """Of records of ``kind``."""
        self._kind = kind
        self._subject = subject
        self.records = 0

    def read(self, chunk: bytes, first_record: int, context: Context) -> Iterable[Found]:
        """The events of the batch."""
        del context
        found = np.load(io.BytesIO(chunk))
        count = len(found["action"])
        self.records += count
        holder = found["holder"]
        everyone = tuple(f"line{number}" for number in range(int(holder.max()) + 1)) if count else ()
        sessions = None
        if "session" in found:
            names, codes = np.unique(found["session"], return_inverse=True)
            sessions = Texts(codes.astype(np.int32), tuple(map(str, names.tolist())))
        yield Events(
            self._kind,
            np.arange(first_record, first_record + count),
            found["action"],
            found["time"],
            Addresses.v4(found["address"]),
            found["port_low"],
            found["port_high"],
            inside=None if self._subject else Addresses.v4((INSIDE + holder).astype(np.uint32)),
            subject=Texts(holder.astype(np.int32), everyone) if self._subject else None,
            session=sessions,
            limit=found.get("limit"),
            clock=found["notes"],
        )

    def finish(self, context: Context) -> Iterator[Found]:
        """Nothing is left."""
        del context
        return iter(())


def make(settings: Mapping[str, Any]) -> CorpusReader:
    """A reader by the source's settings."""
    return CorpusReader(LogKind(settings["kind"]), subject=bool(settings["subject"]))
