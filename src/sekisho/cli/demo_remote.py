"""The remote part of ``sekisho demo``: a real server, the walk over HTTP, and what a person can click through."""

from __future__ import annotations

import signal
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any, Final, NoReturn

from sekisho.cli.contract_text import verdict_word
from sekisho.cli.demo_walk import Step, Walk, site_providers, site_signature
from sekisho.cli.demo_world import Server, World
from sekisho.cli.session import Session
from sekisho.contracts.law import contract_engine
from sekisho.contracts.service import ContractService
from sekisho.contracts.simulators.sign_up import SignUp
from sekisho.engine.conclude import Confirmation, judge
from sekisho.engine.rules import Selection
from sekisho.errors import Lang
from sekisho.workspace import Workspace

PROPOSALS: Final = ("proposal.A3-1", "proposal.A3-1-items-agree", "proposal.A3-1-user-informed")
"""What the report of July 2025 asks of reliance, as rules that decide nothing."""

_MEANS: Final = {"done": ("済", "done"), "not_done": ("未実施", "not done"), "failed": ("不合格", "failed")}
_COULD_NOT: Final = ("確認できず", "could not check")


@dataclass(frozen=True, slots=True)
class Remote:
    """The remote part of one demonstration: over which workspace, with which world and token."""

    session: Session
    world: World
    server: Server
    directory: Path
    token: str
    now: Callable[[], datetime]

    def run(self, *, keep: bool) -> dict[str, Any]:
        """Serve, walk, show; with ``keep`` go on serving until somebody ends it. What happened, for JSON."""
        session = self.session
        with ExitStack() as until_the_end:
            until_the_end.callback(self.server.stop)
            address = self.server.start()
            system = SignUp(address, self.token, self.world.site.callback)
            until_the_end.enter_context(system)
            addresses = {"server": address, **self.world.addresses()}
            self._head(addresses)
            steps = []
            for number, step in enumerate(Walk(system, self.world, now=self.now()).steps(), start=1):
                session.say(step_text(number, step, session.lang))
                steps.append(step.as_document())
            simulated = self._simulated([step for step in steps if step["step"].startswith("reliance")])
            told = {"steps": steps, "simulated": simulated, "addresses": addresses}
            if keep:
                self._open_site(system)
                self._keep(told)
            return told

    def _head(self, addresses: dict[str, str]) -> None:
        self.session.say_in(
            "非対面の申込みを、本物のサーバーにHTTPで送ります。外部の相手はすべてシミュレーターで、登場する人は架空です。",
            "Remote sign-ups go to a real server over HTTP. Outside parties are simulators, all people made up.",
        )
        for name, address in addresses.items():
            self.session.say(f"  {name:<19} {address}")
        self.session.say("")

    def _simulated(self, steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """What these steps' decisions would be if the proposals were law: computed, and written nowhere."""
        found = []
        selection = Selection(proposals=frozenset(PROPOSALS))
        keyring = self.session.unlock(self.directory)
        with Workspace.open(self.directory, mode="read", keyring=keyring) as workspace:
            cases = {one.id: one for one in ContractService(workspace).cases()}
        for step in steps:
            one = cases[step["decision"]]
            outcome = judge(
                contract_engine(),
                one.case,
                as_of=one.as_of,
                as_known_at=one.as_known_at,
                selection=selection,
                confirmation=Confirmation(required=False, confirmed={}),
            )
            would_be = outcome.verdict.value
            found.append({"decision": one.id, "proposals": list(PROPOSALS), "would_be": would_be})
            word = verdict_word(would_be, self.session.lang)
            self.session.say_in(
                f"{step['title']['ja']}: 提案（報告書A3-1）が法令だったら {word}（試算。何も記録しません）",
                f"{step['title']['en']}: if the report's proposals (A3-1) were law, {word} (simulated, not recorded)",
            )
        self.session.say("")
        return found

    def _open_site(self, system: SignUp) -> None:
        sign, providers = site_signature(self.world), site_providers(self.world, self.now)
        self.world.site.open_for(system, sign, providers, self.world.cards.taro.document)

    def _keep(self, told: dict[str, Any]) -> None:
        """Go on until Ctrl-C or SIGTERM."""

        def end(number: int, frame: FrameType | None) -> NoReturn:
            del number, frame
            raise KeyboardInterrupt

        # Before anybody is told that it can be ended.
        before = signal.signal(signal.SIGTERM, end)
        try:
            if self.session.json:
                self.session.line({**told, "kept": True, "token": self.token})
            self.session.say_in(
                f"ブラウザーで試せます: {self.world.site.address}/   トークン: {self.token}\nCtrl-C で終わります。",
                f"Open in a browser: {self.world.site.address}/   token: {self.token}\nCtrl-C ends it.",
            )
            while True:
                signal.pause()
        except KeyboardInterrupt:
            # That was the way to end it.
            self.session.say("")
        finally:
            signal.signal(signal.SIGTERM, before)


def step_text(number: int, step: Step, lang: Lang) -> str:
    """One step in a few lines."""
    document, at = step.as_document(), 0 if lang == "ja" else 1
    record, ledger = ("記録", "台帳") if lang == "ja" else ("record", "ledger")
    lines = [f"{number}. {step.title.in_(lang)}", f"     {' → '.join(step.requests)}"]
    for one in document["evidence"]:
        states = list(one["steps"].values())
        counted = [f"{word[at]} {states.count(state)}" for state, word in _MEANS.items() if state in states]
        counted += [f"{_COULD_NOT[at]} {states.count('could_not_check')}"] if "could_not_check" in states else []
        failed = [f"#{place}" for place, state in one["steps"].items() if state in ("failed", "could_not_check")]
        lines.append(f"     {one['format']}: {'・'.join(counted)} {' '.join(failed)}".rstrip())
    lines += [f"     {one.in_(lang)}" for one in step.notice]
    word = verdict_word(document["verdict"], lang)
    lines.append(
        f"   ⇒ {word} ({document['verdict']})  {record} {document['decision']}  {ledger} #{document['ledger_index']}\n"
    )
    return "\n".join(lines)
