"""The catalogue of items: complete, strict, and honest about degrees that nobody has confirmed."""

from __future__ import annotations

import re
from collections import Counter
from importlib.resources import files

import pytest

from sekisho.apps.law.catalogue import CATALOGUE_FILE, Ask, load_catalogue, read_catalogue
from sekisho.apps.law.verdicts import Layer
from sekisho.apps.law.vocabulary import DERIVED, OBSERVATIONS
from sekisho.rulebook.errors import RulebookRefused

ROW = (
    "{id: X-1, layer: guideline, actors: [app_provider], degree: desirable, degree_confirmed: false, "
    "gist: {ja: あ, en: a}, checks: [asked], automation: asked, confidence: memory, source: s, ask: only}"
)
HEAD = "versions: [{id: v, title: {ja: あ, en: a}, obtained: false}]\nitems:\n  - "


def test_it_has_all_109_items() -> None:
    """Twenty of the law's rule and the rest by actor, as the survey counted them."""
    counts = Counter(re.sub(r"-\d+\w?$", "", name) for name in load_catalogue())
    assert counts == {"ETR": 20, "APP-PP": 19, "APP-OPS": 13, "APP-SEC": 8, "APP-YTH": 8, "SDK": 8, "STORE": 10,
                      "OS": 9, "MNO": 10, "OTH": 4}  # fmt: skip


def test_no_degree_is_confirmed() -> None:
    """The revised text wasn't obtained: every degree is a working hypothesis and says so."""
    assert not any(item.degree.confirmed for item in load_catalogue().values())


def test_law_is_law_only_where_an_article_says_so() -> None:
    """A duty or a duty of effort names its article; nothing else is judged in the law's words."""
    for item in load_catalogue().values():
        assert (item.layer is Layer.LAW) == (item.degree.code in ("duty", "effort"))
        assert item.layer is not Layer.LAW or item.legal_basis


def test_what_is_not_law_never_speaks_of_breach() -> None:
    """Titles and questions of guideline items use none of the law's words."""
    text = (files("sekisho.rulebook") / CATALOGUE_FILE).read_text(encoding="utf-8")
    assert not re.search("違反|不適合|violat|breach", text)


def test_every_plain_fact_is_asked_by_an_item() -> None:
    """The vocabulary has no fact that nothing asks about."""
    asked = {name for item in load_catalogue().values() for name in item.facts}
    assert asked == set(OBSERVATIONS) | DERIVED


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("degree_confirmed: false", "degree_confirmed: true"), "no degree can be confirmed"),
        (("layer: guideline", "layer: law"), "names its article"),
        (("ask: only", "facts: [policy.nothing], ask: also"), "there is no fact"),
        (("ask: only", 'ask: "no"'), "a rule, facts or a question"),
        (("ask: only", "facts: [policy.items], ask: only"), "has no facts"),
        (("degree: desirable", "degree: nice"), "is expected here"),
        (("source: s", "source: s, colour: red"), "unknown key"),
        (("actors: [app_provider]", "actors: []"), "addresses somebody"),
    ],
)
def test_a_row_that_says_what_it_can_t_is_refused(change: tuple[str, str], problem: str) -> None:
    """The loader names file and line of whatever it can't accept."""
    with pytest.raises(RulebookRefused, match=problem):
        read_catalogue(HEAD + ROW.replace(*change), "x.yaml")


def test_a_row_as_it_should_be_is_read_once() -> None:
    """The row itself is accepted, and twice it is refused."""
    assert read_catalogue(HEAD + ROW, "x.yaml")["X-1"].ask is Ask.ONLY
    with pytest.raises(RulebookRefused, match="stands twice"):
        read_catalogue(f"{HEAD}{ROW}\n  - {ROW}", "x.yaml")
