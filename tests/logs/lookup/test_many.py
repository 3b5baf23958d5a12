"""Many questions at once are answered as each by itself; a trail finds what single questions find."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sekisho.logs.kinds import LogKind
from sekisho.logs.lookup.batch import MAX_QUESTIONS, read_batch
from sekisho.logs.lookup.errors import BatchRefused, IdentifierNotGranted
from sekisho.logs.lookup.readers import Readers
from sekisho.logs.manifest import SegmentState
from sekisho.logs.subscribers.identifiers import IdentifierKind
from tests.logs.lookup.made import DAY, Row, Store, at
from tests.logs.lookup.test_outcomes import HERE, damage

HEADING = "address,port,time,protocol,within,reference\n"


def times(minutes: int) -> str:
    """A time of day."""
    return f"{minutes // 60:02}:{minutes % 60:02}:00"


row = st.builds(
    lambda start, length, block, host, inside, doubt, session: Row(
        times(start),
        times(min(start + length, 24 * 60)),
        inside=f"100.64.0.{inside}",
        address=f"203.0.113.{host}",
        ports=(1024 + block * 512, 1024 + block * 512 + 511),
        confirmed=times(start) if doubt else None,
        session=session,
    ),
    st.integers(-120, 22 * 60),
    st.integers(1, 200),
    st.integers(0, 2),
    st.integers(1, 2),
    st.integers(1, 3),
    st.booleans(),
    st.integers(0, 3),
)
question = st.builds(
    lambda host, port, minute, within: f"203.0.113.{host},{port},{DAY}T{times(minute)}+09:00,,{within}m,",
    st.integers(1, 3),
    st.sampled_from(["", "1024", "1535", "1536", "2559", "2560", "5"]),
    st.integers(0, 24 * 60 - 1),
    st.integers(0, 30),
)


@given(st.lists(row, min_size=1, max_size=12), st.lists(row, max_size=4), st.lists(question, min_size=1, max_size=12))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_batch_is_its_questions_asked_one_by_one(
    store: Store, sealed: list[Row], late: list[Row], questions: list[str]
) -> None:
    """Over rows of several segments and versions, with sessions behind them: the same documents in the same order."""
    count = len(store.logs.sources())
    nat = store.source(f"cgn{count}", LogKind.AP_NAT, covers=HERE)
    auth = store.source(f"bras{count}", LogKind.AP_AUTH, covers=["100.64.0.0/10"])
    for given_, state in ((sealed, SegmentState.SEALED), (late, SegmentState.LATE)):
        if given_:
            store.put(nat, *given_, state=state)
    store.put(auth, Row("06:00:00", "18:00:00", subject=f"line-{count}", address="100.64.0.1", ports=(0, 65535)))
    grant, kanri = store.grant(), store.people["kanri"]
    lines = read_batch((HEADING + "\n".join(questions)).encode())
    many = store.lookups.who_all(lines, grant=grant, by=kanri).document
    for line, answer in zip(lines, many["answers"], strict=True):
        assert line.asked is not None
        alone = dict(store.lookups.who(line.asked, grant=grant, by=kanri).document)
        del alone["grant"], alone["ledger_index"]
        assert {key: value for key, value in answer.items() if key not in ("line", "reference")} == alone


def test_each_line_that_can_not_be_asked_is_named_and_the_others_answered(store: Store) -> None:
    """Line numbers count the heading; refusals aren't counted against the grant; one leaf for all."""
    nat = store.source("cgn", LogKind.AP_NAT, covers=HERE)
    store.put(nat, Row("11:00:00", "13:00:00", inside="100.64.1.2", subject="line-7"))
    text = (
        "\ufeffaddress,port,time,reference\r\n"
        f"203.0.113.5,2000,{DAY}T12:00:00+09:00,甲1\r\n"
        f"203.0.113.5,70000,{DAY}T12:00:00+09:00,\r\n"
        "\r\n"
        f"203.0.113.5,2000,{DAY}T12:00:00,\r\n"
        f"198.51.100.1,2000,{DAY}T12:00:00+09:00,\r\n"
        "203.0.113.5,2000\r\n"
        "203.0.113.5,2000,2030-01-01T00:00:00Z,\r\n"
    )
    grant, before = store.grant(), store.leaves("log.lookup")
    lines = read_batch(text.encode())
    made = store.lookups.who_all(lines, grant=grant, by=store.people["kanri"]).document
    told = [(one["line"], one.get("outcome") or one["error"]["reason"]) for one in made["answers"]]
    assert told == [
        (2, "unique"),
        (3, "log_question_refused"),
        (5, "log_question_refused"),
        (6, "log_address_not_granted"),
        (7, "log_question_refused"),
        (8, "log_question_refused"),
    ]
    assert made["answers"][0]["reference"] == "甲1"
    assert (made["refused"], made["outcomes"]) == (5, {"unique": 1})
    assert store.lookups.grants.find(grant).used == 1
    assert store.leaves("log.lookup") == before + 1


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xfe\x00", b"address,port\n", b"address,time,time\n", b"address,time,name\n", b"\x80\x81\x82"],
)
def test_a_file_that_is_no_batch_is_refused(data: bytes) -> None:
    """Empty, binary, without time, with a column twice or unknown."""
    with pytest.raises(BatchRefused):
        read_batch(data)


def test_too_many_questions_are_refused() -> None:
    """Before any is asked."""
    with pytest.raises(BatchRefused):
        read_batch(b"address,time\n" + b"203.0.113.5,x\n" * (MAX_QUESTIONS + 1))


def test_a_batch_reads_each_segment_once_a_round(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many questions meet it."""
    nat = store.source("cgn", LogKind.AP_NAT, covers=HERE)
    store.put(nat, Row("11:00:00", "13:00:00", inside="100.64.1.2", subject="line-7"))
    asked: list[int] = []
    read_all = Readers.read_all

    def counting(self: Readers, entry: Any, questions: Any) -> Any:
        asked.append(len(questions))
        return read_all(self, entry, questions)

    monkeypatch.setattr(Readers, "read_all", counting)
    text = HEADING + f"203.0.113.5,2000,{DAY}T12:00:00+09:00,,,\n" * 50
    made = store.lookups.who_all(read_batch(text.encode()), grant=store.grant(), by=store.people["kanri"])
    assert made.document["outcomes"] == {"unique": 50}
    assert asked == [50]


def test_a_trail_is_the_sessions_and_what_was_translated_for_them(store: Store) -> None:
    """Sessions by the line's name, translations by its inside address while it had that, and those that name it."""
    nat = store.source("cgn", LogKind.AP_NAT, covers=HERE)
    auth = store.source("bras", LogKind.AP_AUTH, covers=["100.64.0.0/10"])
    store.put(
        auth,
        Row("09:00:00", "11:00:00", subject="taro", address="100.64.1.2", ports=(0, 65535)),
        Row("11:00:00", "15:00:00", subject="jiro", address="100.64.1.2", ports=(0, 65535)),
        Row("12:00:00", "15:00:00", subject="taro", address="100.64.1.3", ports=(0, 65535)),
    )
    store.put(
        nat,
        Row("10:00:00", "10:30:00", inside="100.64.1.2"),
        Row("12:00:00", "12:30:00", inside="100.64.1.2"),
        Row("13:00:00", "13:30:00", inside="100.64.1.3", ports=(3000, 3511)),
        Row("14:00:00", "14:30:00", inside="100.64.7.7", subject="taro", ports=(4000, 4511)),
        Row("14:00:00", "14:30:00", inside="100.64.1.3", subject="hanako", ports=(5000, 5511)),
    )
    grant = store.grant(identifiers=[{"kind": "line", "value": "taro"}])
    kanri = store.people["kanri"]

    def ask(begin: str, end: str) -> dict[str, Any]:
        return store.lookups.trail("taro", at(begin), at(end), grant=grant, by=kanri).document

    document = ask("00:00:00", "24:00:00")
    told = [(one["kind"], one["start"][11:16], one["resource"], one["ports"][0]) for one in document["assignments"]]
    assert told == [
        ("ap.auth", "09:00", "100.64.1.2", 0),
        ("ap.nat", "10:00", "203.0.113.5", 1024),
        ("ap.auth", "12:00", "100.64.1.3", 0),
        ("ap.nat", "13:00", "203.0.113.5", 3000),
        ("ap.nat", "14:00", "203.0.113.5", 4000),
    ]
    assert (document["complete"], document["missing"]) == (True, [])
    assert [one["start"][11:16] for one in ask("13:10:00", "13:20:00")["assignments"]] == ["12:00", "13:00"]


def test_a_trail_says_what_it_could_not_read(store: Store) -> None:
    """A damaged segment, a purged day, a silence: named, and the trail isn't complete."""
    auth = store.source("bras", LogKind.AP_AUTH, heard=False)
    store.heard(auth, "00:00:00", "20:00:00")
    line = {"subject": "taro", "address": "100.64.1.2", "ports": (0, 65535)}
    (segment,) = store.put(auth, Row("09:00:00", "11:00:00", **line))  # type: ignore[arg-type] # three of its fields
    damage(store, segment, "missing")
    grant = store.grant(identifiers=[{"kind": "line", "value": "taro"}])
    made = store.lookups.trail("taro", at("00:00:00"), at("24:00:00"), grant=grant, by=store.people["kanri"]).document
    assert {one["why"] for one in made["missing"]} == {"segment_missing", "not_heard"}
    assert made["complete"] is False


def test_a_trail_is_complete_only_with_every_log_that_could_tell(store: Store) -> None:
    """Without sources, without leave to read one that there is, and where a rule assigns without a log."""
    line = [{"kind": "line", "value": "taro"}]
    kanri = store.people["kanri"]

    def why(*kinds: str) -> set[str]:
        grant = store.grant(identifiers=line, kinds=list(kinds))
        made = store.lookups.trail("taro", at("00:00:00"), at("24:00:00"), grant=grant, by=kanri).document
        assert made["complete"] is not bool(made["missing"])
        return {one["why"] for one in made["missing"]}

    assert why("ap.nat", "ap.auth") == {"no_source"}
    assert why("ap.map_rule") == {"no_source"}
    store.source("cgn", LogKind.AP_NAT, covers=HERE)
    assert why("ap.nat", "ap.auth") == {"no_source"}
    store.source("bras", LogKind.AP_AUTH, covers=["100.64.0.0/10"])
    assert why("ap.nat", "ap.auth") == set()
    assert why("ap.nat") == {"not_granted"}
    assert why("ap.map_rule") == {"not_granted"}
    assert why("ap.auth") == {"not_granted"}
    store.source("board", LogKind.CP_POST)
    assert why("ap.nat", "ap.auth") == set()
    assert why("cp.login") == {"no_source", "not_granted"}
    assert why("cp.post") == set()


def test_a_trail_of_an_account_reads_the_logs_that_name_accounts(store: Store) -> None:
    """Under a grant that names the account as one: a line of the same name is another's, and isn't told."""
    auth = store.source("bras", LogKind.AP_AUTH, covers=["100.64.0.0/10"])
    login = store.source("board", LogKind.CP_LOGIN)
    store.put(auth, Row("09:00:00", "11:00:00", subject="taro", address="100.64.1.2", ports=(0, 65535)))
    store.put(login, Row("10:00:00", "10:00:01", subject="taro", address="198.51.100.7", ports=(40000, 40000)))
    kanri = store.people["kanri"]
    every = ["ap.auth", "ap.nat", "cp.login"]
    account = store.grant(identifiers=[{"kind": "account", "value": "taro"}], kinds=every)
    line = store.grant(identifiers=[{"kind": "line", "value": "taro"}], kinds=every)

    def ask(grant: str, named: Literal[IdentifierKind.LINE, IdentifierKind.ACCOUNT]) -> list[str]:
        begin, end = at("00:00:00"), at("24:00:00")
        made = store.lookups.trail("taro", begin, end, grant=grant, by=kanri, named=named).document
        return [one["resource"] for one in made["assignments"]]

    assert ask(account, IdentifierKind.ACCOUNT) == ["198.51.100.7"]
    assert "100.64.1.2" in ask(line, IdentifierKind.LINE)
    with pytest.raises(IdentifierNotGranted):
        ask(line, IdentifierKind.ACCOUNT)
    with pytest.raises(IdentifierNotGranted):
        ask(account, IdentifierKind.LINE)


def test_open_readers_are_bounded_and_shared(store: Store) -> None:
    """More segments than may stay open: the oldest goes, answers stay."""
    nat = store.source("cgn", LogKind.AP_NAT, covers=HERE)
    for host in range(5, 9):
        store.put(nat, Row("11:00:00", "13:00:00", inside="100.64.1.2", subject="l", address=f"203.0.113.{host}"))
    small = Readers(store.logs.files.open, store.workspace.keyring.epoch, most=2)
    store.lookups._readers = small
    grant = store.grant()
    for host in (5, 6, 7, 8, 5):
        assert store.who(address=f"203.0.113.{host}", grant=grant)["outcome"] == "unique"
        assert len(small) <= 2
