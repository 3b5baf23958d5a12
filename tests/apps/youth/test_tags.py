"""Tags of child-directed treatment in addresses, forms and JSON."""

from __future__ import annotations

import pytest

from sekisho.apps.traffic import Request
from sekisho.apps.youth.tags import MAX_DEPTH, child_tags


def _request(url: str = "https://ads.example/r", body: bytes = b"") -> Request:
    return Request(number=1, url=url, host="ads.example", body=body)


@pytest.mark.parametrize(
    ("request_", "found"),
    [
        (_request("https://ads.example/r?tfcd=1&tfua=0"), {"tfcd"}),
        (_request("https://ads.example/r?TFUA=true"), {"tfua"}),
        (_request(body=b"tfcd=1&x=2"), {"tfcd"}),
        (_request(body=b'{"regs": {"coppa": 1}, "user": {"id": "x"}}'), {"coppa"}),
        (_request(body=b'[{"is_child_directed": true}]'), {"is_child_directed"}),
        (_request(body=b'{"regs": {"coppa": 0}}'), set()),
        (_request("https://ads.example/r?npa=1"), set()),
        (_request(body=b'{"regs": '), set()),
        (_request(body=b"\xff\xfe\x00"), set()),
        (_request("https://[bad"), set()),
        (_request(body=b"[" * 5000), set()),
        (_request(body=b'{"a":' * (MAX_DEPTH + 2) + b'{"coppa":1}' + b"}" * (MAX_DEPTH + 2)), set()),
        (_request(body=b"a=1&" * 5000 + b"tfcd=1"), set()),
    ],
)
def test_a_tag_counts_where_it_is_set(request_: Request, found: set[str]) -> None:
    """True values count wherever they stand; broken, deep and endless bodies give none and do no harm."""
    assert child_tags(request_) == found
