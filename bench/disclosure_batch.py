"""A civil claim about a thousand addresses, from its CSV to the package: every step of the desk, each with its leaf.

The logs are :mod:`bench.logs_lookup_store`'s at a small size. Steps that wait for people (a review, two approvals, a
second person's word that a sender can't be reached) are made at once here: only the desk's own time is measured.
"""

from __future__ import annotations

import csv
import io
import statistics
import time
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import select

from bench.disclosure_world import hire, person
from bench.logs_lookup_store import LAST_DAY, Size, ensure, opened, questions
from bench.runner import DATA, BenchmarkError
from sekisho.access.tables import staff
from sekisho.clock import japan_date
from sekisho.disclosure.deciding import Choice
from sekisho.disclosure.delivery.service import Channel, DeliveryDesk, Mode
from sekisho.disclosure.hearing.record import Why
from sekisho.disclosure.intake.csv_batch import read_batch
from sekisho.disclosure.intake.desk import IntakeDesk
from sekisho.disclosure.intake.draft import Head
from sekisho.disclosure.intake.entries import Asked
from sekisho.disclosure.kinds import CaseType, DataClass, RequesterKind
from sekisho.disclosure.record import Origin
from sekisho.disclosure.search.outcomes import DISCLOSABLE
from sekisho.disclosure.service import DisclosureService
from sekisho.logs.lookup.asked import japan_text
from sekisho.logs.subscribers.identifiers import IdentifierKind, identifier
from sekisho.logs.subscribers.record import Contractor
from sekisho.logs.subscribers.register import SubscriberRegister
from sekisho.workspace import Workspace

IDENTIFIERS: Final = 1_000
DAYS, ROWS, SUBSCRIBERS = 2, 500_000, 20_000
GOAL_SECONDS: Final = 10
CLAIMANT: Final = "架空レコード株式会社"
FACTS: Final[dict[str, bool | int | str]] = {
    "claim.infringement_clear": True,
    "claim.proper_reason": True,
    "operator.role": "access_provider",
}
CHECKS: Final = ("authenticity.number_confirmed", "authenticity.called_back", "authenticity.identity_proved")
PAPER: Final = ("document.in_writing", "document.original_received", "document.addressed_to_us")
JUDGED: Final = ("claim.infringement_clear", "claim.proper_reason")
STEPS: Final = ("taken in", "reviewed", "searched", "heard", "decided", "handed over")


def measure(*, repeats: int, seed: int) -> dict[str, Any]:
    """Inputs and figures, as :mod:`bench.runner` takes them. Makes the store if it isn't there."""
    size = Size(DAYS, ROWS, SUBSCRIBERS, seed)
    place = ensure(DATA / "disclosure", size)
    with opened(place) as workspace:
        _prepare(workspace)
        desk = DisclosureService(workspace)
        _answer(workspace, desk, size, 100)
        found = [_answer(workspace, desk, size, 200 + number) for number in range(repeats)]
        desk.searching.close()
    totals = [sum(times) for times, _ in found]
    middle = statistics.median(totals)
    each = ", ".join(
        f"{name} {statistics.median(times[at] for times, _ in found):.2f} s" for at, name in enumerate(STEPS)
    )
    return {
        "inputs": {
            "batch identifiers": IDENTIFIERS,
            "batch log rows": ROWS * DAYS,
            "batch subscribers": SUBSCRIBERS,
            "batch share disclosed": round(statistics.mean(share for _, share in found), 3),
        },
        "figures": [
            {
                "name": "batch_1000_s",
                "value": round(middle, 3),
                "spread": round((max(totals) - min(totals)) / middle, 4),
                "unit": "s",
                "better": "lower",
                "goal": GOAL_SECONDS,
                "inside": f"a claim about {IDENTIFIERS:,} addresses, from CSV to the encrypted package, the gate asked "
                f"at the search, each decision and the handing over, people's own time left out: {each}",
                "peers": [],
            }
        ],
    }


def _prepare(workspace: Workspace) -> None:
    """People, and a register that names a contractor for every line. Not measured."""
    with workspace.database.read() as connection:
        there = connection.execute(select(staff.c.id).where(staff.c.id == "uketsuke")).one_or_none()
    if there is None:
        hire(workspace, by="admin")
    since, today = date(2026, 1, 1), japan_date(workspace.clock.now())
    rows = (
        Contractor(
            f"C-{at:07d}",
            since,
            None,
            (identifier(IdentifierKind.LINE, f"u{at:07d}@sekisho.example"),),
            {"氏名": f"架空 {at:07d}", "住所": f"架空市{at % 97}-{at % 31}"},
        )
        for at in range(SUBSCRIBERS)
    )
    SubscriberRegister(workspace).take_in(rows, covers_from=since, as_of=today, by="admin")


def _answer(workspace: Workspace, desk: DisclosureService, size: Size, seed: int) -> tuple[list[float], float]:
    """Seconds of each of :data:`STEPS`, and the share of identifiers that named somebody."""
    data = _csv(size, seed)
    received = workspace.clock.now() - timedelta(hours=1)
    marks = [time.perf_counter()]
    case_id = _taken(workspace, desk, data, received)
    marks.append(time.perf_counter())
    _review(desk, case_id)
    marks.append(time.perf_counter())
    searching = desk.searching
    searching.request(case_id, by=person("kensaku"))
    for name in ("kakunin", "hogo"):
        searching.approve(case_id, by=person(name))
    searching.run(case_id, by=person("kensaku"))
    marks.append(time.perf_counter())
    results = desk.deciding.results(case_id, by=person("kaiji"))
    known = [one.number for one in results if one.outcome in DISCLOSABLE]
    counted = Counter(one.outcome.value for one in results)
    if len(results) != IDENTIFIERS or len(known) < IDENTIFIERS // 2:
        raise BenchmarkError(f"the search found {dict(counted)}")
    reason = "連絡先に書面が届かず、電話も不通"
    one = desk.hearings.unheard(case_id, known, Why.UNREACHABLE, reason, by=person("kaiji"))
    desk.hearings.confirm(case_id, one.number, by=person("kakunin2"))
    marks.append(time.perf_counter())
    chosen = set(known)
    choices = {
        result.number: (Choice.DISCLOSE, "要件を満たす") if result.number in chosen else (Choice.REFUSE, "該当なし")
        for result in results
    }
    desk.deciding.decide(case_id, choices, by=person("kaiji"))
    marks.append(time.perf_counter())
    delivery = DeliveryDesk(desk)
    package, _ = delivery.prepare(case_id, "requester", CLAIMANT, mode=Mode.PASSPHRASE, by=person("kaiji"))
    delivery.release(case_id, package.id, channel=Channel.MEDIUM, how="書留 000-00-00000-0", by=person("kaiji"))
    marks.append(time.perf_counter())
    return [end - begin for begin, end in pairwise(marks)], len(known) / IDENTIFIERS


def _taken(workspace: Workspace, desk: DisclosureService, data: bytes, received: Any) -> str:
    head = Head(
        CaseType.VOLUNTARY_CLAIM,
        RequesterKind.CLAIMANT,
        {"name": CLAIMANT, "office": "架空市音楽町1-2-3", "contact": "050-0000-0001"},
        number="請求書 第1号",
        dated=LAST_DAY.isoformat(),
        title="発信者情報開示請求書",
        facts=FACTS,
    )
    batch = read_batch(io.BytesIO(data), Asked(DataClass.SECRECY, ("civil.1", "civil.2")))
    taken = IntakeDesk(workspace, desk).take(
        batch.draft(head), by=person("uketsuke"), received_at=received, original=data
    )
    if taken.letter is not None:
        raise BenchmarkError(f"the request was asked back about: {taken.letter.summary()}")
    return taken.entry.id


def _review(desk: DisclosureService, case_id: str) -> None:
    for name in CHECKS:
        desk.set_fact(case_id, name, True, origin=Origin.CHECKED, note="登記と照合し折り返した", by=person("uketsuke"))
    for name in PAPER:
        desk.set_fact(case_id, name, True, origin=Origin.CHECKED, note="原本を見た", by=person("uketsuke"))
    desk.review(case_id, "原本を確認", by=person("kakunin"))
    for name in JUDGED:
        desk.set_fact(case_id, name, True, origin=Origin.CHECKED, note="疎明資料を検討", by=person("kakunin"))


def _csv(size: Size, seed: int) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["address", "port", "time"])
    for one in questions(size, IDENTIFIERS, seed):
        writer.writerow([one.address, one.port, japan_text(one.at)])
    return out.getvalue().encode()
