"""A small made-up rulebook for tests of the tools: one act, a duty, what is outside it, and three methods."""

from __future__ import annotations

from sekisho.contracts.facts import CATALOGUE, EVENTS
from sekisho.engine.rules import Rulebook
from sekisho.rulebook.loader import load_sources

PROVISIONS = """
instrument: {id: small-act, title: {ja: 小さな法, en: Small Act}, kind: act, source: 令和0年法律第0号}
provisions:
  - id: small-act.1
    title: {ja: 本人確認, en: Verification}
    versions:
      - {from: 2020-01-01, label: {ja: 法1条, en: Act art. 1}, text_state: verbatim}
  - id: small-act.2
    title: {ja: 方法, en: Ways}
    versions:
      - {from: 2020-01-01, until: 2022-01-01, label: {ja: 法2条イ, en: Act art. 2(a)}, text_state: verbatim}
      - {from: 2022-01-01, until: 2024-01-01, label: {ja: 法2条ロ, en: Act art. 2(b)}, text_state: verbatim}
      - {from: 2024-01-01, label: {ja: 法2条ハ, en: Act art. 2(c)}, text_state: summary}
  - id: small-act.3
    title: {ja: 罰則, en: Penalty}
    versions:
      - {from: 2020-01-01, label: {ja: 法3条, en: Act art. 3}, text_state: verbatim}
    not_a_rule: {ja: 裁判所が判断する, en: For a court to decide}
"""

DUTY = """
  - id: small.duty
    role: duty
    duties: [identity]
    title: {ja: 本人確認の義務, en: The duty to verify}
    provisions: [small-act.1]
    party: operator
    applies: {event: [new_contract]}
    when: {service.wholesale_between_carriers: {eq: false}}
    strength: duty
    from: {date: 2020-01-01, known_from: 2019-06-01, instrument: 令和0年法律第0号}
    text_state: verbatim
    source: 令和0年法律第0号 第1条
    measures: [A0-1]
    message: {staff: {ja: 義務があります。, en: There is a duty.}, applicant: {ja: 確認します。, en: We check.}}
    examples:
      - {name: retail, as_of: 2021-01-01, facts: {service.wholesale_between_carriers: false}, expect: met}
      - {name: wholesale, as_of: 2021-01-01, facts: {service.wholesale_between_carriers: true}, expect: not_applicable}
"""

SCOPE = """
  - id: small.scope
    role: scope
    duties: [identity]
    title: {ja: 卸契約は対象外, en: Wholesale is outside}
    provisions: [small-act.1]
    party: operator
    applies: {event: [new_contract]}
    requires: {service.wholesale_between_carriers: {eq: true}}
    strength: duty
    from: {date: 2020-01-01, known_from: 2019-06-01, instrument: 令和0年法律第0号}
    text_state: verbatim
    source: 令和0年法律第0号 第1条
    message: {staff: {ja: 対象外です。, en: Outside.}, applicant: {ja: 確認はありません。, en: No check.}}
    examples:
      - {name: wholesale, as_of: 2021-01-01, facts: {service.wholesale_between_carriers: true}, expect: met}
      - {name: retail, as_of: 2021-01-01, facts: {service.wholesale_between_carriers: false}, expect: unmet}
"""

METHODS = """
  - id: small.shown
    role: method
    duties: [identity]
    method: document-shown
    title: {ja: 書類の提示, en: Document shown}
    provisions: [small-act.2]
    party: operator
    applies: {event: [new_contract], channel: [face_to_face]}
    requires: {exists: {evidence: document_shown, where: {all: [{document: {in: shown}}, {name_agrees: {eq: true}}]}}}
    completed_on: presented
    strength: duty
    from: {date: 2020-01-01, known_from: 2019-06-01, instrument: 令和0年法律第0号}
    until: {date: 2024-01-01, known_from: 2023-03-01, instrument: 令和5年法律第0号}
    text_state: verbatim
    source: 令和0年法律第0号 第2条
    measures: [A0-6]
    message:
      staff: {ja: 提示を受けました。, en: It was shown.}
      applicant: {ja: 拝見しました。, en: We saw it.}
      how: {ja: 書類を見せてください。, en: Show a document.}
      ended: {ja: 今後はICチップも読み取ってください。, en: Read the chip too from now on.}
    examples:
      - name: licence
        as_of: 2021-01-01
        evidence: [{kind: document_shown, document: driving_licence, name_agrees: true}]
        expect: met
      - {name: nothing, as_of: 2021-01-01, expect: unmet}
  - id: small.shown.2024-01
    role: method
    duties: [identity]
    method: document-shown
    title: {ja: 書類の提示とICチップ, en: Document shown and chip read}
    provisions: [small-act.2]
    party: operator
    applies: {event: [new_contract], channel: [face_to_face]}
    requires:
      all:
        - {exists: {evidence: document_shown, where: {all: [{document: {in: shown}}, {name_agrees: {eq: true}}]}}}
        - {exists: {evidence: chip_read, where: {authenticity: {eq: signature_verified}}}}
    completed_on: presented
    strength: duty
    from: {date: 2024-01-01, known_from: 2023-03-01, instrument: 令和5年法律第0号}
    text_state: summary
    source: 令和5年法律第0号（要旨）
    measures: [A0-6]
    message:
      staff: {ja: 提示と読取りがありました。, en: Shown and read.}
      applicant: {ja: 拝見し読み取りました。, en: We saw and read it.}
      how: {ja: 書類を見せてICチップを読み取らせてください。, en: Show a document and let its chip be read.}
    examples:
      - name: both
        as_of: 2024-01-01
        evidence:
          - {kind: document_shown, document: driving_licence, name_agrees: true}
          - {kind: chip_read, authenticity: signature_verified}
        expect: met
      - {name: nothing, as_of: 2024-01-01, expect: unmet}
  - id: small.signature
    role: method
    duties: [identity]
    method: electronic-signature
    title: {ja: 電子署名, en: Electronic signature}
    provisions: [small-act.1]
    party: operator
    applies: {event: [new_contract]}
    requires: {exists: {evidence: electronic_signature, where: {signature_valid: {eq: true}}}}
    completed_on: certificate_received
    strength: duty
    from: {date: unknown, not_later_than: 2025-06-01, known_from: 2024-06-01, instrument: 令和6年法律第0号}
    text_state: unverified
    source: 令和6年法律第0号（未読）
    message:
      staff: {ja: 署名がありました。, en: Signed.}
      applicant: {ja: 署名で確認しました。, en: Checked by signature.}
      how: {ja: 電子署名をしてください。, en: Sign electronically.}
    examples:
      - {name: signed, as_of: 2025-06-01, evidence: [{kind: electronic_signature, signature_valid: true}], expect: met}
      - {name: unsigned, as_of: 2025-06-01, expect: unmet}
"""

VOLUNTARY = """
  - id: small.advice
    role: advice
    title: {ja: 控えめな助言, en: Modest advice}
    provisions: [small-act.1]
    party: operator
    requires: {notice.resale_warning_given: {eq: true}}
    strength: voluntary
    from: {date: 2023-06-01, known_from: 2023-06-01, instrument: 申合せ}
    text_state: verbatim
    source: 申合せ
    message: {staff: {ja: 説明しました。, en: Explained.}, applicant: {ja: 説明しました。, en: We explained.}}
    examples:
      - {name: given, as_of: 2023-06-01, facts: {notice.resale_warning_given: true}, expect: met}
      - {name: not given, as_of: 2023-06-01, facts: {notice.resale_warning_given: false}, expect: unmet}
"""

SETS = """
sets:
  shown:
    - {from: 2020-01-01, until: 2023-01-01, items: [driving_licence, health_insurance_card]}
    - {from: 2023-01-01, items: [driving_licence]}
"""


def events(*, duties: str = "[identity]") -> str:
    """An events file in which only the new contract names duties."""
    lines = ["duties:", "  identity: {ja: 本人確認, en: verification}", "events:"]
    for event in EVENTS:
        named = duties if event == "new_contract" else "[]"
        lines += [f"  {event}:", f"    title: {{ja: {event}, en: {event}}}", f"    duties: {named}"]
    return "\n".join(lines) + "\n"


def sources(*, rules: str = DUTY + SCOPE + METHODS, provisions: str = PROVISIONS) -> dict[str, str]:
    """The rulebook's files."""
    return {
        "events.yaml": events(),
        "small-act/provisions.yaml": provisions,
        "small-act/rules.yaml": "rules:" + rules,
        **({"small-act/sets.yaml": SETS} if "in: shown" in rules else {}),
    }


def small_law(*, rules: str = DUTY + SCOPE + METHODS, provisions: str = PROVISIONS) -> Rulebook:
    """The rulebook, loaded."""
    return load_sources(sources(rules=rules, provisions=provisions), CATALOGUE, lock=None)
