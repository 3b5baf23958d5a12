"""``/v1/rulebook``: the law as this server applies it."""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import APIRouter, Request

from sekisho.access.roles import Scope
from sekisho.api.errors import QueryRefused
from sekisho.api.problems import NOT_FOUND
from sekisho.api.security import Gate
from sekisho.clock import Clock, japan_date
from sekisho.contracts.facts import CATALOGUE
from sekisho.engine.facts import Text
from sekisho.engine.plan import LawEngine
from sekisho.engine.rules import Edge, Rule, Selection
from sekisho.engine.timeline import difference, timeline
from sekisho.rulebook.errors import UnknownRule


def rulebook_router(engine: LawEngine, gate: Gate, clock: Clock) -> APIRouter:
    """The routes over one rulebook."""
    router = APIRouter(prefix="/v1/rulebook", tags=["rulebook"])
    rules = engine.rulebook.rules

    @router.get("", summary="規則集 / The rulebook")
    def summary(request: Request) -> dict[str, Any]:
        gate.admit(request, Scope.READ)
        return {
            "content_hash": engine.rulebook.content_hash,
            "rules": len(rules),
            "provisions": len(engine.rulebook.provisions),
            "instruments": [
                {"id": each.id, "kind": each.kind, "title": _text(each.title), "source": each.source}
                for each in engine.rulebook.instruments.values()
            ],
            "change_days": [day.isoformat() for day in engine.change_days],
        }

    @router.get("/rules", summary="規則の一覧 / All rules")
    def listed(request: Request) -> list[dict[str, Any]]:
        gate.admit(request, Scope.READ)
        return [rule_document(rule) for rule in rules.values()]

    @router.get("/rules/{rule_id}", responses=NOT_FOUND, summary="規則 / One rule")
    def one(request: Request, rule_id: str) -> dict[str, Any]:
        gate.admit(request, Scope.READ)
        if rule_id not in rules:
            raise UnknownRule(rule=rule_id)
        return rule_document(rules[rule_id])

    @router.get("/timeline", summary="いつ、どの方法が使えるか / Which methods are allowed when")
    def lines(
        request: Request,
        event: str,
        subject: str,
        channel: str,
        service: str = "voice",
        as_known_at: date | None = None,
    ) -> list[dict[str, Any]]:
        gate.admit(request, Scope.READ)
        dimensions = {"event": event, "subject.kind": subject, "channel": channel, "service": service}
        for name, value in dimensions.items():
            if value not in CATALOGUE.facts[name].values:
                # Under the name the parameter has in the address.
                asked = name.removesuffix(".kind")
                raise QueryRefused(name=asked, expected="one of " + ", ".join(CATALOGUE.facts[name].values))
        known = as_known_at or japan_date(clock.now())
        return [
            {
                "duty": line.duty,
                "method": line.method,
                "stretches": [
                    {
                        "rule": stretch.rule.id,
                        "from": _day(stretch.start),
                        "not_later_than": _day(stretch.latest),
                        "until": _day(stretch.end),
                        "text_state": stretch.text_state.value,
                    }
                    for stretch in line.stretches
                ],
            }
            for line in timeline(engine.rulebook, dimensions, as_known_at=known, selection=Selection())
        ]

    @router.get("/differences", summary="二つの日の間で変わること / What changes between two days")
    def differences(
        request: Request, before: date, after: date, as_known_at: date | None = None
    ) -> list[dict[str, Any]]:
        gate.admit(request, Scope.READ)
        known = as_known_at or japan_date(clock.now())
        return [
            {
                "rule": found.rule.id,
                "change": found.change.value,
                "binding": found.binding,
                "counterpart": found.counterpart.id if found.counterpart is not None else None,
            }
            for found in difference(engine.rulebook, before, after, as_known_at=known, selection=Selection())
        ]

    return router


def rule_document(rule: Rule) -> dict[str, Any]:
    """A rule as JSON values: everything but its conditions' tree and examples."""
    return {
        "id": rule.id,
        "role": rule.role.value,
        "title": _text(rule.title),
        "duties": list(rule.duties),
        "method": rule.method,
        "provisions": list(rule.provisions),
        "provisions_by_event": {event: list(cited) for event, cited in rule.provisions_by_event.items()},
        "party": rule.party,
        "applies": {name: sorted(values) for name, values in rule.applies.items()},
        "strength": rule.strength.value,
        "from": _edge(rule.start),
        "until": _edge(rule.end) if rule.end is not None else None,
        "text_state": rule.text_state.value,
        "source": rule.source,
        "kind_of_no": rule.kind_of_no.value if rule.kind_of_no is not None else None,
        "measures": list(rule.measures),
        "instrument": rule.instrument,
        "content_hash": rule.content_hash,
    }


def _edge(edge: Edge) -> dict[str, str | None]:
    return {
        "date": _day(edge.day),
        "not_later_than": _day(edge.not_later_than),
        "known_from": edge.known_from.isoformat(),
        "instrument": edge.instrument,
    }


def _text(text: Text) -> dict[str, str]:
    return {"ja": text.ja, "en": text.en}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
