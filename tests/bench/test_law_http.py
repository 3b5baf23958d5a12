"""The load generator: what it sends is what the server takes, and its percentiles are those of the values."""

from __future__ import annotations

import json

import pytest

from bench.law_http import Latencies, applications
from sekisho.clock import SystemClock
from sekisho.contracts.application import parse_json, read_application
from sekisho.contracts.evidence_items import Origin


def test_every_application_sent_can_be_read() -> None:
    """Examples and made-up applications alike pass the reader: the load has no refusals in it."""
    sent = applications(300, 5)
    assert len(sent) == 300
    for body in sent:
        read_application(parse_json(body), now=SystemClock().now(), origin=Origin.ATTESTED)


def test_the_load_mixes_the_examples_with_made_up_applications_and_repeats_by_seed() -> None:
    """The same seed sends the same bytes; about half are the examples."""
    assert applications(50, 5) == applications(50, 5) != applications(50, 6)
    references = [json.loads(body)["application"] for body in applications(200, 5)]
    assert 60 < sum(reference.startswith("A-") for reference in references) < 140


@pytest.mark.parametrize(("percent", "expected"), [(50, 50.0), (90, 90.0), (99, 99.0), (100, 100.0)])
def test_a_percentile_is_the_smallest_value_that_so_many_do_not_exceed(percent: float, expected: float) -> None:
    """Of the values 1 to 100 the n-th percentile is n, in whatever order they came."""
    values = tuple(float(n) for n in range(100, 0, -1))
    assert Latencies(values, 0.0).percentile(percent) == expected
    assert Latencies((7.0,), 0.0).percentile(percent) == 7.0
