"""Files of templates: those that ship, an operator's own, and each mistake refused at its line."""

from __future__ import annotations

import re

import pytest

from sekisho.logs.events import Events
from sekisho.logs.formats import cgnat, registry, shapes
from sekisho.logs.formats.errors import LineFormatRefused
from sekisho.logs.formats.template import Template, TemplateRefused
from sekisho.logs.kinds import LogKind
from tests.logs.formats.reading import context, events_of, read, refused
from tests.logs.formats.samples import micros
from tests.repository.tree import ROOT

OWN = """\
format: own
title: {ja: 自社, en: own}
kind: ap.nat
lines:
  - name: block
    action: start
    line: 'at={time:epoch} in={inside:ip} out={address:ip} ports={port_low:uint}-{port_high:uint}'
"""


def test_every_shipped_format_is_registered_under_its_name() -> None:
    """What ships can be asked for by name, and what is asked for reads its own kind of log."""
    for name in shapes.shipped_names():
        line_format = shapes.shipped(name)
        assert line_format.name == name
        assert line_format.kind is LogKind.AP_NAT
        reader = registry.make_reader(line_format.name, {})
        assert list(reader.read(b"nothing of ours\n", 1, context())) != []
        assert list(reader.finish(context())) == []


def test_an_operators_own_format_reads_from_the_sources_settings() -> None:
    """The text of the file is a setting of the source; its lines become events like any vendor's."""
    reader = registry.make_reader("template", {"template": OWN})
    [events] = reader.read(b"at=1795425304.5 in=100.64.0.1 out=192.0.2.1 ports=1024-2047\n", 1, context())
    assert isinstance(events, Events)
    assert events.time.tolist() == [1_795_425_304_500_000]


def examples() -> list[str]:
    """The YAML blocks of the page that explains how to bring one's own."""
    page = (ROOT / "docs" / "logs" / "formats.md").read_text(encoding="utf-8")
    return re.findall(r"```yaml\n(.*?)```", page, flags=re.DOTALL)


def test_the_documents_examples_are_read() -> None:
    """The page's files load, and the lines that the page shows for them yield what it says."""
    first, second = (shapes.load(text, "formats.md") for text in examples())
    found = read(first, b"6a22b1d8|A|100.64.0.1|192.0.2.1|1024|2047\n6a22b1d8|W|100.64.0.1|192.0.2.1|2048|1024\n")
    [row] = events_of(found)
    assert (row["inside"], row["address"], row["port_low"], row["port_high"]) == ("100.64.0.1", "192.0.2.1", 1024, 2047)
    assert refused(found) == {2: "ports_reversed"}
    line = b"<134>1 2026 Nov 23 18:15:04 ne1 cgn - NAT444:SessionbasedA [17 100.64.1.2 - 192.0.2.1 0 1025 -]\n"
    [row] = events_of(read(second, line))
    assert (row["protocol"], row["port_low"], row["time"]) == (17, 1025, micros("2026-11-23T09:15:04+00:00"))


def test_a_source_without_its_template_is_told_so() -> None:
    """The setting is missing or empty: refused, with what to give."""
    for settings in ({}, {"template": ""}, {"template": 3}):
        with pytest.raises(LineFormatRefused, match="template"):
            cgnat.operators_own(settings)


@pytest.mark.parametrize(("old", "new", "problem"), [
    ("{inside:ip}", "{inside:number}", "no type 'number'"),
    ("{inside:ip}", "{insider:ip}", "no 'insider' to fill"),
    ("{inside:ip}", "{inside:uint}", "can't be of type uint"),
    ("{inside:ip}", "{address:ip}", "stands twice"),
    ("{port_low:uint}-", "{port_low:uint}", "touch"),
    ("{port_low:uint}-", "{port_low:uint}0", "would be part of it"),
    ("-{port_high:uint}", "", "go together"),
    ("out={address:ip} ", "", "'address'"),
    ("at={time:epoch}", "at", "no header to take it from"),
    ("action: start", "action: begin", "one of"),
    ("    action: start\n", "", "says what happened"),
    ("action: start", "action: whole", "needs 'start'"),
    ("kind: ap.nat", "kind: quarantine", "one of"),
    ("at={time:epoch}", "{*}at={time:epoch}{*}", "beginning or at the end"),
    ("at=", "{at=", "brace"),
    ("in=", "\tin={_x:word}", "no words"),
    ("name: block", "name: block\n    header: syslog", "unknown key"),
    ("kind: ap.nat", "kind: ap.nat\nmarks: []\nsplit: lines", "brackets"),
    ("title: {ja: 自社, en: own}", "title: own", "mapping"),
])
def test_a_mistake_is_refused_at_its_line(old: str, new: str, problem: str) -> None:
    """Each mistake says what is wrong and where; nothing is guessed."""
    text = OWN.replace(old, new)
    assert text != OWN
    with pytest.raises(LineFormatRefused) as caught:
        shapes.load(text, "own.yaml")
    assert problem in caught.value.sentence("en")
    assert caught.value.fields["file"] == "own.yaml"
    assert 1 <= caught.value.fields["line"] <= text.count("\n")
    assert "書式" in caught.value.sentence("ja")


@pytest.mark.parametrize("text", [
    "", "{a:ip}", "x{a:ip}{b:ip}", "x{:skip}", "x{:spaces} y", "x{a:spaces}y", "x{:uint}y", "{*}", "{*}{a:ip}x",
    "a{*}b",
    "x{a:text}{*}", "x{a:uint}5", "x{a:hex}f", "x{a:time}Z", "x\ny", "x{a:word}y", "x{a:text}{:skip}y",
    "x" * 3000, "x{a:skip}y", "{", "}", "x{A:ip}y",
])  # fmt: skip
def test_a_template_nobody_could_read_by_is_refused(text: str) -> None:
    """Without fixed text, with fields that touch, with what could belong to two parts: refused when it is loaded."""
    with pytest.raises(TemplateRefused):
        Template.parse("t", text)
