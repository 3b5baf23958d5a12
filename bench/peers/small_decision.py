"""The twenty rules of ``comparison/`` in other people's engines: the same questions, answered and timed.

Runs in the environment that has them (``scripts/setup --bench``), as a program of its own: ``small_decision.py ENGINE``
with ``{"questions": [[product, method, day], …], "repeats": n, "seconds": s}`` on standard input. Prints the engine's
answer to every question, decisions a second of each repeat, and what it says where a fact is missing.

The engines are imported by name, because they aren't installed where this file is checked. Each gets its rules once,
prepared as far as it can prepare them, and days in the form that is cheapest for it.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2] / "comparison"

Question = tuple[str, str, str]
"""Product, method, day (``YYYY-MM-DD``)."""


class Engine:
    """One engine: ``prepare`` makes its input once, outside the clock; ``decide`` is what is timed."""

    package: str
    traced: Callable[[Any], Any] | None = None
    """Deciding with as much of an explanation as the engine gives, where that is not the same call."""

    def prepare(self, question: Question) -> Any:
        """The question as the engine takes it."""
        product, method, day = question
        return {"product": product, "method": method, "day": int(day.replace("-", ""))}

    def decide(self, asked: Any) -> bool:
        """Whether it is allowed."""
        raise NotImplementedError

    def missing(self) -> str:
        """What it says about a question without a method."""
        raise NotImplementedError

    def reason(self) -> str:
        """What it names as the reason of an answer."""
        raise NotImplementedError


class Zen(Engine):
    """GoRules zen: a decision table."""

    package = "zen-engine"

    def __init__(self) -> None:
        zen: Any = import_module("zen")

        self._decision = zen.ZenEngine().create_decision((FOLDER / "zen.json").read_text(encoding="utf-8"))
        self.traced = lambda asked: self._decision.evaluate(asked, {"trace": True})

    def decide(self, asked: Any) -> bool:
        """The first row that matches; no row is no."""
        return bool(self._decision.evaluate(asked)["result"].get("allowed", False))

    def missing(self) -> str:
        """An empty result, as where nothing matches."""
        return json.dumps(self._decision.evaluate({"product": "voice", "day": 20260331})["result"])

    def reason(self) -> str:
        """The row, on demand."""
        asked = {"product": "voice", "method": "copy", "day": 20260331}
        found = self._decision.evaluate(asked, {"trace": True})["trace"]["table"]["traceData"]["rule"]["_id"]
        return str(found)


class Cedar(Engine):
    """Cedar: twenty permit policies, parsed once."""

    package = "cedarpy"

    def __init__(self) -> None:
        cedarpy: Any = import_module("cedarpy")

        self._ask = cedarpy.is_authorized
        self._policies = cedarpy.PolicySet.from_str((FOLDER / "policies.cedar").read_text(encoding="utf-8"))
        self._entities = cedarpy.Entities.from_json_str("[]")

    def prepare(self, question: Question) -> Any:
        """Product and method as principal and action, the day in the context."""
        product, method, day = question
        return {
            "principal": f'Product::"{product}"',
            "action": f'Action::"{method}"',
            "resource": 'Contract::"any"',
            "context": {"day": int(day.replace("-", ""))},
        }

    def decide(self, asked: Any) -> bool:
        """Permitted by some policy."""
        return bool(self._ask(asked, self._policies, self._entities).allowed)

    def missing(self) -> str:
        """A context without a day (a request without an action can't be made): denied, with errors beside it."""
        asked = {**self.prepare(("voice", "copy", "2026-03-31")), "context": {}}
        found = self._ask(asked, self._policies, self._entities)
        return f"{found.decision.value}; errors: {len(found.diagnostics.errors)}"

    def reason(self) -> str:
        """The number of the policy that permitted it."""
        asked = self.prepare(("voice", "copy", "2026-03-31"))
        return ", ".join(self._ask(asked, self._policies, self._entities).diagnostics.reasons)


class Cel(Engine):
    """CEL: one compiled expression of twenty alternatives."""

    package = "common-expression-language"

    def __init__(self) -> None:
        cel: Any = import_module("cel")

        self._program = cel.compile((FOLDER / "decision.cel").read_text(encoding="utf-8"))

    def decide(self, asked: Any) -> bool:
        """The expression's value."""
        return bool(self._program.execute(asked))

    def missing(self) -> str:
        """An error."""
        try:
            return str(self._program.execute({"product": "voice", "day": 20260331}))
        except RuntimeError as error:
            return f"error: {str(error).partition('.')[0]}"

    def reason(self) -> str:
        """None: the value is all there is."""
        return ""


class OpenFisca(Engine):
    """OpenFisca: twenty parameters by date, and a variable that looks one up for each case."""

    package = "openfisca-core"

    def __init__(self) -> None:
        enums: Any = import_module("openfisca_core.indexed_enums")
        entities: Any = import_module("openfisca_core.entities")
        legislation: Any = import_module("openfisca_core.parameters")
        day: Any = import_module("openfisca_core.periods").DateUnit.DAY
        variables: Any = import_module("openfisca_core.variables")

        person = entities.build_entity(key="person", plural="persons", label="an application", is_person=True)
        products = enums.Enum("products", {name: name for name in ("voice", "app_050", "rental", "data_sms")})
        methods = enums.Enum("methods", {name: name for name in ("counter", "signature", "chip", "image", "copy")})

        def formula(persons: Any, period: Any, parameters: Any) -> Any:
            law = parameters(period.start).allowed
            return law[persons("product", period)][persons("method", period)]

        def variable(name: str, **fields: Any) -> Any:
            always = {"entity": person, "definition_period": day, "label": name}
            return type(name, (variables.Variable,), {**always, **fields})

        system = import_module("openfisca_core.taxbenefitsystems").TaxBenefitSystem([person])
        system.parameters = legislation.ParameterNode("", data={})
        allowed = legislation.load_parameter_file(str(FOLDER / "openfisca.yaml"), "allowed")
        system.parameters.add_child("allowed", allowed)
        choices = {"product": (products, products.voice), "method": (methods, methods.counter)}
        for name, (values, first) in choices.items():
            system.add_variable(variable(name, value_type=enums.Enum, possible_values=values, default_value=first))
        system.add_variable(variable("is_allowed", value_type=bool, formula=formula))
        self._system = system
        self._builder = import_module("openfisca_core.simulations").SimulationBuilder

    def prepare(self, question: Question) -> Any:
        """The situation of one case, as its documentation writes it."""
        product, method, day = question
        return day, {"persons": {"one": {"product": {day: product}, "method": {day: method}}}}

    def _simulation(self, situation: Any) -> Any:
        return self._builder().build_from_entities(self._system, situation)

    def decide(self, asked: Any) -> bool:
        """A simulation of one case."""
        day, situation = asked
        return bool(self._simulation(situation).calculate("is_allowed", day)[0])

    def missing(self) -> str:
        """The variable's default stands in."""
        found = self._simulation({"persons": {"one": {"product": {"2026-03-31": "voice"}}}})
        return f"{bool(found.calculate('is_allowed', '2026-03-31')[0])} (as for the default, counter)"

    def reason(self) -> str:
        """The computation log, on demand."""
        day, situation = self.prepare(("voice", "copy", "2026-03-31"))
        simulation = self._simulation(situation)
        simulation.trace = True
        simulation.calculate("is_allowed", day)
        return " ".join(line.strip() for line in simulation.tracer.computation_log.lines())

    def many(self, questions: list[Question], size: int) -> float:
        """Seconds for ``size`` cases on one day at once: what it is made for."""
        numpy: Any = import_module("numpy")

        simulation = self._builder().build_default_simulation(self._system, size)
        rows = [questions[n % len(questions)] for n in range(size)]
        for at, name in enumerate(("product", "method")):
            simulation.set_input(name, "2026-03-31", numpy.array([row[at] for row in rows]))
        start = time.perf_counter()
        simulation.calculate("is_allowed", "2026-03-31")
        return time.perf_counter() - start


ENGINES: dict[str, type[Engine]] = {"zen": Zen, "cedar": Cedar, "cel": Cel, "openfisca": OpenFisca}


def rate(decide: Callable[[Any], Any], asked: list[Any], seconds: float) -> float:
    """Decisions a second over whole rounds of ``asked``, for at least ``seconds``."""
    done, start = 0, time.perf_counter()
    while True:
        for each in asked:
            decide(each)
        done += len(asked)
        passed = time.perf_counter() - start
        if passed >= seconds:
            return done / passed


def main(name: str) -> None:
    """Answer and time, and print what was found as JSON."""
    given = json.load(sys.stdin)
    engine = ENGINES[name]()
    questions: list[Question] = [tuple(each) for each in given["questions"]]
    asked = [engine.prepare(each) for each in questions]
    found: dict[str, Any] = {
        "engine": f"{engine.package} {version(engine.package)}",
        "answers": [engine.decide(each) for each in asked],
        "per_s": [rate(engine.decide, asked, given["seconds"]) for _ in range(given["repeats"])],
        "missing": engine.missing(),
        "reason": engine.reason(),
    }
    if engine.traced is not None:
        found["traced_per_s"] = [rate(engine.traced, asked, given["seconds"]) for _ in range(given["repeats"])]
    if isinstance(engine, OpenFisca):
        found["million_at_once_s"] = [engine.many(questions, 1_000_000) for _ in range(given["repeats"])]
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1])
