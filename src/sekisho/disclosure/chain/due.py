"""What falls due of the handovers that came, for ``sekisho due``: a petition that never came, a record that ended.

A handover waits for its petition's case. Once that can't come any more its key is destroyed, on record; so is that of
one that was opened, when the record of every case it was opened for has ended. Nothing of what was handed over is told
here, and a repeated or interrupted run ends the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sekisho.access.principal import Principal
from sekisho.clock import japan_date
from sekisho.disclosure.chain.incoming import LEEWAY, Incoming, Over
from sekisho.disclosure.service import DisclosureService
from sekisho.due import Entry, State, failed
from sekisho.engine.facts import Text
from sekisho.errors import SekishoError
from sekisho.workspace import Workspace

SOON: Final = timedelta(days=14)
"""How long before it lapses a handover that nobody opened is named."""

_WHY: Final = {
    Over.LAPSED: Text("申立ての事件が期間内に始まらなかったので", "no case of its petition came in time"),
    Over.RECORD: Text("その事件の記録の保存期間が過ぎたので", "the record of its case has ended"),
}


@dataclass(frozen=True, slots=True)
class Handovers:
    """Handovers that wait for a petition, and those that are over."""

    workspace: Workspace
    by: Principal | None
    name: str = "disclosure-handovers"

    def plan(self) -> Iterator[Entry]:
        """Those whose key would be destroyed, and those that will soon lapse."""
        incoming, today = Incoming(DisclosureService(self.workspace)), japan_date(self.workspace.clock.now())
        for handover_id, over in incoming.over(today=today):
            yield self._ended(handover_id, over, State.PLANNED)
        yield from self._waiting(incoming)

    def run(self) -> Iterator[Entry]:
        """Destroy the keys of those that are over."""
        if self.by is None:
            yield from self.plan()
            return
        incoming, today = Incoming(DisclosureService(self.workspace)), japan_date(self.workspace.clock.now())
        for handover_id, over in incoming.over(today=today):
            try:
                incoming.end(handover_id, over, by=self.by.staff_id)
            except SekishoError as error:
                yield failed(self.name, error, handover=handover_id)
                continue
            yield self._ended(handover_id, over, State.DONE)
        yield from self._waiting(incoming)

    def _waiting(self, incoming: Incoming) -> Iterator[Entry]:
        today = japan_date(self.workspace.clock.now())
        for handover_id, lapse_on in incoming.unopened(until=today + SOON):
            last = lapse_on + LEEWAY
            if today > last:
                continue
            yield Entry(
                self.name,
                "handover_waiting",
                State.WAITING,
                f"引継ぎ {handover_id} の申立ての事件がまだ始まっていません（2か月は {lapse_on} まで）。"
                f"{last} を過ぎると、引き継いだ内容の鍵を破棄します。",
                f"No case of the petition of the handover {handover_id} was opened yet (its two months end on "
                f"{lapse_on}). After {last} the key of what was handed over is destroyed.",
                {"handover": handover_id, "lapse_on": lapse_on.isoformat(), "destroyed_after": last.isoformat()},
            )

    def _ended(self, handover_id: str, over: Over, state: State) -> Entry:
        why = _WHY[over]
        ja, en = ("破棄します", "will be") if state is State.PLANNED else ("破棄しました", "is")
        return Entry(
            self.name,
            f"handover_{over.value}",
            state,
            f"{why.ja}、引継ぎ {handover_id} の鍵を{ja}。",
            f"The key of the handover {handover_id} {en} destroyed: {why.en}.",
            {"handover": handover_id},
        )
