"""What is refused as rules, agreements or a bundle for the decision core. Standard library only.

::

    SekishoError
    └── InputRefused
        ├── RulesRefused         a rule set isn't sound: nothing of it is used
        ├── AgreementsRefused    agreements can't be read or contradict each other
        ├── BundleRefused        a bundle isn't whole: the one in use stays in use
        └── CallRefused          a call that was described in JSON can't be read

No error holds a telephone number.
"""

from __future__ import annotations

from sekisho.calls.words import CallWords
from sekisho.errors import InputRefused


class RulesRefused(CallWords, InputRefused):
    """A rule set isn't sound. Fields: ``rule`` (its id, or where it stands), ``problem``."""

    reason = "screening_rules_refused"
    ja = "通話判定の規則を使えません（{rule}: {problem}）。規則を直してください。使用中の規則はそのままです。"
    en = "The screening rules can't be used ({rule}: {problem}). Mend them; the rules in use stay in use."


class AgreementsRefused(CallWords, InputRefused):
    """Agreements on trunks can't be used. Fields: ``agreement`` (its id), ``problem``."""

    reason = "trunk_agreements_refused"
    ja = "回線の合意を使えません（{agreement}: {problem}）。合意の登録を直してください。"
    en = "The agreements on trunks can't be used ({agreement}: {problem}). Mend the agreement."


class BundleRefused(CallWords, InputRefused):
    """A bundle isn't whole. Fields: ``part`` (the file), ``problem``."""

    reason = "screening_bundle_refused"
    ja = "通話判定の一式を読み込めません（{part}: {problem}）。使用中の一式はそのままです。もう一度発行してください。"
    en = "The screening bundle can't be loaded ({part}: {problem}). The one in use stays in use. Publish it again."


class CallRefused(CallWords, InputRefused):
    """A call that was described in JSON can't be read. Fields: ``field``, ``problem``."""

    reason = "call_description_refused"
    ja = "通話の記述を読めません（{field}: {problem}）。docs/calls.md の項目と型で書いてください。"
    en = "The description of a call can't be read ({field}: {problem}). Write it as docs/calls.md lists the fields."
