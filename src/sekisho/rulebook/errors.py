"""Errors of the rulebook.

::

    InputRefused
    ├── RulebookRefused     a file of the rulebook cannot be accepted; names file, line and reason
    ├── UnknownRule         a rule id that the rulebook doesn't have
    ├── UnknownInstrument   not an industry or house instrument of the rulebook
    ├── SourceTextMissing   an address was named as what was read, without the text that was read there
    ├── SourceTextTwice     a file and a text were both given: it isn't clear which was read
    ├── SourceTextEmpty     the file with what was read has nothing in it
    └── SourceTextTooLarge  the file with what was read is larger than any law
"""

from __future__ import annotations

from sekisho.errors import InputRefused


class RulebookRefused(InputRefused):
    """The rulebook was not loaded: one file says something the loader cannot accept."""

    reason = "rulebook_refused"
    ja = "規則集を読み込めません。{file} {line}行目: {problem}。直してからもう一度読み込んでください。"
    en = "The rulebook was not loaded. {file} line {line}: {problem}. Correct it and load again."


class UnknownRule(InputRefused):
    """No rule has this id."""

    reason = "unknown_rule"
    http_status = 404
    ja = "規則「{rule}」はありません。`sekisho rulebook show` で一覧を確かめてください。"
    en = "There is no rule '{rule}'. See `sekisho rulebook show` for the list."


class UnknownInstrument(InputRefused):
    """Not an instrument that an operator can adopt."""

    reason = "unknown_instrument"
    http_status = 404
    ja = (
        "「{instrument}」は採用できる業界規則・社内規則ではありません。"
        "`sekisho rulebook show --instruments` で一覧を確かめてください。"
    )
    en = "'{instrument}' is not an industry or house instrument. See `sekisho rulebook show --instruments`."


class SourceTextMissing(InputRefused):
    """A confirmation names an address alone: nothing shows what was read there, and nothing is fetched."""

    reason = "source_text_missing"
    ja = (
        "{source} で読んだ条文をファイルに保存して、--text FILE で渡してください。"
        "アドレスだけでは何を読んだかが残らず、こちらからは取りに行きません。"
    )
    en = (
        "Save the text you read at {source} to a file and give it with --text FILE. "
        "An address alone doesn't show what was read, and nothing is fetched."
    )


class SourceTextTwice(InputRefused):
    """A confirmation gives both a file as its source and another text."""

    reason = "source_text_twice"
    ja = "--source がファイル（{source}）のときは --text（{text}）は要りません。読んだ方だけを渡してください。"
    en = "With a file as --source ({source}), --text ({text}) has no place. Give only what was read."


class SourceTextEmpty(InputRefused):
    """The file with what was read is empty."""

    reason = "source_text_empty"
    ja = "{path} には何も書かれていません。読んだ条文を保存したファイルを渡してください。"
    en = "{path} has nothing in it. Give the file in which the text you read is saved."


class SourceTextTooLarge(InputRefused):
    """The file with what was read is larger than any law."""

    reason = "source_text_too_large"
    ja = "{path} は大きすぎます（上限 {limit} バイト）。読んだ条文だけを保存してください。"
    en = "{path} is too large (at most {limit} bytes). Save only the text that was read."
