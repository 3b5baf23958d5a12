"""What is wrong with a command's options and files, in Japanese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sekisho.phrases import Phrases, Worded

PHRASES: Final[Mapping[str, str]] = {
    "a folder": "フォルダー",
    "a folder; --watch takes one": "フォルダー（--watch で指定できる）",
    "more than {} bytes": "{}バイトを超えている",
    "not JSON": "JSONでない",
    "not UTF-8": "UTF-8でない",
    "not a JSON file ({})": "JSONのファイルでない（{}）",
    "not a JSON object": "JSONのオブジェクトでない",
    "not a JSON object of at most 1 MiB": "1 MiB までの JSON のオブジェクトでない",
    "not a JSON object of at most 4 MiB": "4 MiB までの JSON のオブジェクトでない",
    "not a folder": "フォルダーでない",
    "not an empty folder": "空のフォルダーでない",
    "not readable": "読めない",
    "not a regular file": "通常のファイルでない",
    "not one line": "1行でない",
    "mode {} lets others in": "権限 {} ではほかの人も読める",
    "No such file or directory": "ファイルもフォルダーもない",
    "Permission denied": "権限がない",
    "Is a directory": "フォルダー",
    "Not a directory": "フォルダーでない",
    "File exists": "すでにある",
    "No space left on device": "空き容量がない",
    "Read-only file system": "書き込めない場所",
    "File name too long": "名前が長すぎる",
    "Input/output error": "入出力の失敗",
    "--batch FILE, or one ADDRESS PORT TIME": "--batch FILE か、ADDRESS PORT TIME の一組",
    "ADDRESS PORT TIME, or --batch FILE": "ADDRESS PORT TIME か、--batch FILE",
    "--form paper needs --type, and no other form has one": "--form paper には --type が要り、ほかの形にはない",
    "--keep without HTTP has nothing to keep": "HTTPなしの --keep には残すものがない",
    "--kind and --day go together": "--kind と --day は一緒に指定する",
    "--paper needs no --key": "--paper に --key は要らない",
    "--pdf needs --office": "--pdf には --office が要る",
    "--pkcs11-library needs --pin-file or {}": "--pkcs11-library には --pin-file か {} が要る",
    "--pkcs11-library needs --token-label": "--pkcs11-library には --token-label が要る",
    "--reason is needed": "--reason が要る",
    "--spool or --lost is needed": "--spool か --lost が要る",
    "--trust {}: --kind {} has {}": "--trust {}: --kind {} の値は {}",
    "--why goes with resume and lift, and only with them": "--why は resume と lift だけに要る",
    "QUESTION and VALUE, or --file": "QUESTION と VALUE か、--file",
    "SCAN, --entries and --out are needed": "SCAN、--entries、--out が要る",
    "a value, or --unset": "値か --unset",
    "give --until, or --still-needed": "--until か --still-needed を指定する",
    "give PATHs, or --watch DIR": "PATH か --watch DIR を指定する",
    "give one of --due, --plan, --list": "--due、--plan、--list のどれかを指定する",
    "item {} is named twice": "項目 {} が二度ある",
    "items are written as 1-3,7 or all, not {}": "項目は 1-3,7 か all と書く（{} ではない）",
    "one ID; only resume takes several": "IDは一つ（複数は resume だけ）",
    "one of {}": "{} のどれか",
    "{} has the format {}": "{} の形式は {}",
    "{} is needed": "{} が要る",
}  # fmt: skip
"""English to Japanese."""
_TABLE: Final = Phrases(PHRASES)


class CommandWords(Worded):
    """An error of the command line with words in its fields."""

    @classmethod
    def phrases(cls) -> Phrases:
        """The table."""
        return _TABLE
