"""Coverage as a document for machines and as a page for people: holes first, then what was counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from sekisho.engine.facts import Catalogue
from sekisho.rulebook.coverage import Coverage, Problem
from sekisho.rulebook.duty_coverage import STAND_IN, DutyFault, DutyHole
from sekisho.rulebook.measures import MeasureCoverage, MeasureState
from sekisho.rulebook.show import both
from sekisho.rulebook.show_text import last_day
from sekisho.rulebook.terminal_text import WIDTH, labelled, wrap
from sekisho.rulebook.words import value_in_words

_FAULTS = {
    DutyFault.SILENT: ("課す規則も外す規則もない", "neither imposed nor excused"),
    DutyFault.VOLUNTARY_ONLY: (
        "自主規則だけが課し、法令は黙っている",
        "imposed by a voluntary rule only; the law is silent",
    ),
    DutyFault.IMPOSED_AND_EXCUSED: (
        "課す規則と外す規則がともに確かに当たる",
        "certainly imposed and certainly excused at once",
    ),
    DutyFault.NOT_ENUMERATED: ("組合せが多すぎて確かめていない", "too many combinations: not proved"),
    DutyFault.NO_WAY: ("課されるが、方法がない", "imposed, and no method exists"),
}
_STATES = {
    MeasureState.IMPLEMENTED: ("実装済み", "implemented"),
    MeasureState.PARTLY: ("一部", "partly"),
    MeasureState.NOT_YET: ("まだ", "not yet"),
    MeasureState.NOT_SOFTWARE: ("ソフトウェアの外", "not for software"),
    MeasureState.NOTHING_SAID: ("記載なし", "nothing said"),
}


def coverage_document(found: Coverage) -> dict[str, Any]:
    """Everything that was found, as JSON values."""
    return {
        "rulebook": found.rulebook.content_hash,
        "complete": found.complete,
        "holes": [_problem(problem) for problem in found.holes],
        "duty_holes": [_hole(hole) for hole in found.duties.holes],
        "notes": [_problem(problem) for problem in found.problems if not problem.is_hole],
        "duties_without_method": [_hole(hole) for hole in found.duties.dead_ends],
        "duties": {
            "since": found.duties.since.isoformat(),
            "stretches": [day.isoformat() for day in found.duties.stretches],
            "cases": found.duties.cases,
            "combinations": found.duties.combinations,
        },
        "provisions": [
            {
                "provision": one.provision.id,
                "title": both(one.provision.title),
                "rules": list(one.rules),
                "through": list(one.through),
                "not_a_rule": both(one.provision.not_a_rule) if one.provision.not_a_rule is not None else None,
            }
            for one in found.provisions
        ],
        "rules": [
            {
                "rule": one.rule.id,
                "provisions": list(one.provisions),
                "measures": list(one.rule.measures),
                "examples": dict(one.examples),
            }
            for one in found.rules
        ],
        "measures": [measure_document(one) for one in found.measures],
    }


def measure_document(found: MeasureCoverage) -> dict[str, Any]:
    """One measure and what stands behind it."""
    measure = found.measure
    return {
        "measure": measure.id,
        "title": both(measure.title),
        "areas": [area.value for area in measure.areas],
        "kinds": [kind.value for kind in measure.kinds],
        "desk": measure.desk,
        "software": both(measure.software),
        "state": found.state.value,
        "rules": list(found.rules),
        "features": [{"what": both(one.what), "module": one.module, "test": one.test} for one in measure.features],
        "not_yet": both(measure.not_yet) if measure.not_yet is not None else None,
        "not_software": both(measure.not_software) if measure.not_software is not None else None,
    }


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "kind": problem.kind.value,
        "about": problem.about,
        "file": problem.file,
        "line": problem.line,
        "text": both(problem.text),
    }


def _hole(hole: DutyHole) -> dict[str, Any]:
    return {
        "fault": hole.fault.value,
        "event": hole.event,
        "duty": hole.duty,
        "subjects": list(hole.subjects),
        "channels": list(hole.channels),
        "services": list(hole.services),
        "from": hole.start.isoformat(),
        "until": hole.end.isoformat() if hole.end is not None else None,
        "as_known_at": hole.known_at.isoformat() if hole.known_at is not None else None,
        "example": {name: str(value) if not isinstance(value, bool) else value for name, value in hole.facts.items()},
        "rules": list(hole.rules),
    }


def coverage_text(found: Coverage, catalogue: Catalogue, lang: str, *, everything: bool = False) -> str:
    """The page: verdict, holes with file and line, then counts. ``everything`` adds notes and dead ends one by one."""
    ja, at = lang == "ja", 0 if lang == "ja" else 1
    number = len(found.holes) + len(found.duties.holes)
    if found.complete:
        verdict = "抜けはありません" if ja else "Nothing is missing"
    else:
        verdict = f"抜けが {number} 件あります" if ja else f"{number} holes"
    book = f"規則集 {found.rulebook.content_hash[:8]}" if ja else f"rulebook {found.rulebook.content_hash[:8]}"
    lines = [f"{verdict}（{book}）" if ja else f"{verdict} ({book})"]
    for problem in found.holes:
        lines += [
            "",
            f"✗ {problem.file}:{problem.line}",
            *(f"  {line}" for line in wrap(problem.text.in_(lang), WIDTH - 2)),
        ]
    for hole in found.duties.holes:
        lines += ["", *_hole_lines(found, hole, catalogue, lang)]
    lines += ["", *_counts(found, lang)]
    notes = [problem for problem in found.problems if not problem.is_hole]
    if notes:
        lines += ["", f"気になる点 {len(notes)} 件" if ja else f"{len(notes)} notes"]
        lines += [f"  {note.file}:{note.line} {note.text.in_(lang)}" for note in notes] if everything else []
    ends = found.duties.dead_ends
    if ends:
        head = (
            f"義務はあるが方法の規則がない場合 {len(ends)} 組"
            if ja
            else f"{len(ends)} boxes of cases with a duty and no method"
        )
        lines += ["", head]
        if everything:
            for hole in ends:
                lines += _hole_lines(found, hole, catalogue, lang)
    if (notes or ends) and not everything:
        lines.append("  （--all で一つずつ）" if ja else "  (--all lists them)")
    lines += ["", *_measures(found.measures, at, everything=everything)]
    return "\n".join(lines)


def _hole_lines(found: Coverage, hole: DutyHole, catalogue: Catalogue, lang: str) -> list[str]:
    ja, at = lang == "ja", 0 if lang == "ja" else 1
    until = last_day(hole.end).isoformat() if hole.end is not None else ""
    span = f"{hole.start} 〜 {until}".rstrip() if ja else f"{hole.start} – {until}".rstrip()
    duty = found.rulebook.duties[hole.duty].in_(lang)
    lines = [f"✗ {value_in_words(hole.event, lang)}: {duty}  {span}", f"  {_FAULTS[hole.fault][at]}"]
    # A desk with fewer dimensions leaves the last boxes empty.
    for name, values in zip(catalogue.dimensions[1:], (hole.subjects, hole.channels, hole.services), strict=False):
        lines += labelled(
            catalogue.facts[name].title.in_(lang),
            _listed(values, catalogue.facts[name].values, lang),
            indent=2,
            label_width=22,
        )
    if hole.known_at is not None:
        lines.append(f"  {hole.known_at} に知られている法令で" if ja else f"  by the law known on {hole.known_at}")
    if hole.facts:
        example = "、".join(_fact(name, value, catalogue, lang) for name, value in hole.facts.items())
        lines += labelled("例" if ja else "example", example, indent=2, label_width=22)
    if hole.rules:
        lines += labelled("関わる規則" if ja else "rules concerned", ", ".join(hole.rules), indent=2, label_width=22)
    return lines


def _fact(name: str, value: object, catalogue: Catalogue, lang: str) -> str:
    title = catalogue.facts[name].title.in_(lang) if name in catalogue.facts else name.removeprefix(STAND_IN)
    return f"{title}={value_in_words(value, lang)}"


def _listed(values: Iterable[str], known: tuple[str, ...], lang: str) -> str:
    chosen = [value for value in known if value in set(values)]
    if len(chosen) == len(known):
        return "すべて" if lang == "ja" else "all"
    return ("・" if lang == "ja" else ", ").join(value_in_words(value, lang) for value in chosen)


def _counts(found: Coverage, lang: str) -> list[str]:
    ja = lang == "ja"
    cited = sum(bool(one.rules) for one in found.provisions)
    reasons = sum(one.provision.not_a_rule is not None for one in found.provisions)
    through = len(found.provisions) - cited - reasons
    examples = sum(sum(one.examples.values()) for one in found.rules)
    duties = found.duties
    stretches = len(duties.stretches)
    kinds = duties.cases // stretches
    if ja:
        return [
            f"条文    {len(found.provisions)}（規則が引く {cited}・下の節で引く {through}・理由つきで除く {reasons}）",
            f"規則    {len(found.rules)}（例 {examples}）",
            f"義務    {duties.since} からの {stretches} 区間 × {kinds} 通りの手続 = {duties.cases} 件",
            f"        事実の組合せ {duties.combinations} 通りを総当たり",
        ]
    return [
        f"provisions  {len(found.provisions)} ({cited} cited, {through} through nodes below, {reasons} with a reason)",
        f"rules       {len(found.rules)} ({examples} examples)",
        f"duties      {stretches} stretches from {duties.since} × {kinds} kinds of case = {duties.cases} cases",
        f"            {duties.combinations} combinations of facts gone through",
    ]


def _measures(measures: Iterable[MeasureCoverage], at: int, *, everything: bool) -> list[str]:
    listed = list(measures)
    counted = Counter(one.state for one in listed)
    said = "・".join(f"{_STATES[state][at]} {counted[state]}" for state in MeasureState if counted[state])
    if at == 1:
        said = ", ".join(f"{counted[state]} {_STATES[state][1]}" for state in MeasureState if counted[state])
    lines = [f"報告書の施策 {len(listed)}（{said}）" if at == 0 else f"measures of the report: {len(listed)} ({said})"]
    if everything:
        lang = "ja" if at == 0 else "en"
        for one in listed:
            behind = f"{len(one.rules)} 規則" if at == 0 else f"{len(one.rules)} rules"
            features = [feature.what.in_(lang) for feature in one.measure.features]
            state = _STATES[one.state][at]
            missing = one.measure.not_yet or one.measure.not_software
            text = "; ".join(
                part for part in (one.measure.title.in_(lang), behind if one.rules else "", *features) if part
            )
            lines += labelled(f"{one.measure.id} {state}", text, indent=2, label_width=22)
            if missing is not None:
                lines += labelled("", missing.in_(lang), indent=2, label_width=22)
    return lines


def measures_page(measures: Iterable[MeasureCoverage]) -> str:
    """``docs/measures.md``: each measure of the report and what stands behind it. Compared by a test, never by hand."""
    lines = [
        "# 報告書の施策と実装 / The report's measures and what implements them",
        "",
        "Written by `sekisho rulebook coverage --measures-page` from `src/sekisho/rulebook/measures.yaml` and the",
        "rules' own `measures`; a test fails when this page is not what it writes. A measure is *implemented* where",
        "rules or tested features stand behind it and nothing is said to be missing, *partly* where something is,",
        "*not yet* where nothing stands behind it. Which rules: `sekisho rulebook coverage --all`.",
        "言葉の出典は報告書（2025年7月）。",
        "",
        "d = the report's direction, m = a member's view, e = an existing duty it describes.",
    ]
    area = ""
    for one in measures:
        measure = one.measure
        if measure.id[0] != area:
            area = measure.id[0]
            lines += ["", f"## {area}", ""]
            lines += [
                "| id | 施策 / measure | kind | state | what stands behind it | still missing |",
                "|---|---|---|---|---|---|",
            ]
        kinds = " ".join(kind.value[0] for kind in measure.kinds)
        behind = ["規則 / rules"] if one.rules else []
        behind += [f"{feature.what.ja} / {feature.what.en} (`{feature.module}`)" for feature in measure.features]
        missing = measure.not_yet or measure.not_software
        cells = [
            measure.id,
            f"{measure.title.ja}<br>{measure.title.en}",
            kinds,
            _STATES[one.state][1],
            "<br>".join(behind),
            f"{missing.ja} / {missing.en}" if missing is not None else "",
        ]
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"
