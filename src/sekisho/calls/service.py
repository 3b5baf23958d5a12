"""The calls desk of one workspace: lists, appeals, agreements, settings of lines, rules, bundles, and decisions asked
for by HTTP. Proxies decide for themselves, by what is published here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import Lock
from typing import Any, Final

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.calls.accords import Accords
from sekisho.calls.appeals import Appeals, Found
from sekisho.calls.compiling import ShippedCompiler
from sekisho.calls.designated import DesignationRegister
from sekisho.calls.desk import Desk
from sekisho.calls.entries import Entries
from sekisho.calls.errors import NothingPublished
from sekisho.calls.imports import Imports
from sekisho.calls.lines import LineDesk
from sekisho.calls.loading import Loading
from sekisho.calls.ports import RuleCompiler
from sekisho.calls.publishing import Published, Publishing
from sekisho.calls.screening.bundle import Folder
from sekisho.calls.screening.call import Call
from sekisho.calls.screening.decision import Decision
from sekisho.calls.screening.screen import Screen
from sekisho.workspace import Workspace

_OWN_NAME: Final = "http"
"""Under which this process reports what it has loaded, as connectors do."""


class CallService:
    """The calls desk of one workspace. Thread-safe."""

    def __init__(self, workspace: Workspace, *, rules: RuleCompiler | None = None) -> None:
        """Reads and writes nothing until asked to. ``rules`` compiles rule sets; by default as shipped."""
        self.desk = Desk(workspace)
        self.entries = Entries(self.desk)
        self.imports = Imports(self.desk)
        self.loading = Loading(self.desk, self.entries)
        self.accords = Accords(self.desk)
        self.lines = LineDesk(self.desk)
        self.designations = DesignationRegister(self.desk)
        self.appeals = Appeals(self.desk, self.entries, self.imports)
        self.publishing = Publishing(
            self.desk, self.entries, self.imports, self.accords, self.lines, rules or ShippedCompiler()
        )
        self._folder = Folder(self.publishing.root)
        self._screen = Screen()
        self._lock = Lock()

    def decide(self, call: Call, *, by: Principal) -> tuple[Decision, Decision | None, str]:
        """What becomes of a call by the bundle that is current, what a rule set on trial would say, and the bundle's
        folder. Writes nothing. Raises ``NothingPublished``, ``ScopeMissing``."""
        by.require(Scope.DECIDE)
        # One screen isn't for several threads; a decision takes microseconds.
        with self._lock:
            if self._folder.reload_if_changed():
                self._screen.use(self._folder.bundle)
            if self._folder.bundle is None:
                raise NothingPublished
            decision, shadow = self._screen.decide_with_shadow(call)
            return decision, shadow, self._folder.bundle.name

    def free(
        self, number: str, reason: str, *, until: datetime | None = None, by: Principal
    ) -> dict[str, Any]:
        """Free a mislabelled number everywhere, publish at once, and say which connectors still have it. Raises as
        :meth:`Appeals.free` and :meth:`Publishing.publish`."""
        return self._published(lambda: self.appeals.free(number, reason, until=until, by=by), by)

    def uphold(
        self, appeal_id: str, note: str, *, until: datetime | None = None, by: Principal
    ) -> dict[str, Any]:
        """:meth:`free` for an appeal that is granted. Raises as :meth:`Appeals.uphold`."""
        return self._published(lambda: self.appeals.uphold(appeal_id, note, until=until, by=by), by)

    def _published(self, act: Callable[[], Found], by: Principal) -> dict[str, Any]:
        found = act()
        made: Published = self.publishing.publish(by=by)
        state = self.publishing.state()
        return {
            "stood_on": found.document(), "bundle": made.document(), "connectors": state["connectors"],
            "behind": state["behind"],
        }  # fmt: skip
