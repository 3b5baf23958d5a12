"""A Kamailio for each test that asks for one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.calls.connector.proxy import Proxy, available, running


@pytest.fixture(name="kamailio_there")
def _kamailio_there() -> None:
    if not available():
        pytest.skip("kamailio, kamailio-python3-modules or sip-tester isn't installed (scripts/test installs them)")


@pytest.fixture(name="proxy")
def _proxy(tmp_path: Path, kamailio_there: None) -> Iterator[Proxy]:
    with running(tmp_path) as proxy:
        yield proxy
