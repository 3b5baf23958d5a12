"""The kinds of evidence the contract desk knows, with the attributes a rule may ask about.

Attributes ending in ``_agrees`` say whether what the evidence shows is the same as what the application states; they
are worked out by :mod:`sekisho.contracts.application` or attested, and no name or address reaches the engine.
"""

from __future__ import annotations

from sekisho.contracts.fact_specs import APPLICANT, NOBODY, OPERATOR, day, flag, number, one_of, set_of
from sekisho.engine.facts import ChangedBy, EvidenceSpec, FactSpec, Text

DOCUMENTS = (
    # Ordinance art. 5(1)(i)(a): photo documents
    "driving_licence",
    "driving_record_certificate",
    "residence_card",
    "special_permanent_resident_certificate",
    "mynumber_card",
    "passport",
    # (b): health insurance and the like, and its successor
    "health_insurance_card",
    "qualification_certificate",
    "mutual_aid_card",
    "care_insurance_card",
    # (b)(2) from 2026-04-01: a document with a chip and without a photo
    "ic_document_without_photo",
    # (c): pension books, disability books and the like
    "pension_book",
    "child_support_certificate",
    "maternity_book",
    "disability_book",
    "war_wounded_book",
    # (d): forgery-resistant paper
    "seal_registration_certificate",
    "family_register",
    "resident_record_copy",
    "resident_record_certificate",
    # (e), (f): other official documents with and without a photo
    "other_official_photo",
    "other_official_no_photo",
    # 5(1)(ii): corporations
    "registry_certificate",
    "corporate_seal_certificate",
    "other_official_corporate",
    # 5(1)(iii): foreigners without residence in Japan and foreign corporations
    "foreign_government_document",
    # seen at counters, and never accepted
    "notification_card",
    "employee_card",
    "photocopy_of_document",
)

SUPPLEMENTARY_DOCUMENTS = (
    "identity_document_with_current_address",
    "tax_receipt",
    "social_insurance_receipt",
    "utility_receipt",
    "other_official_with_address",
    "foreign_equivalent",
)


_PERSON = one_of("person", ("subject", "representative"), "だれの証拠か", "whose evidence", APPLICANT, 5)
_AT = day(
    "at", "行為の日（提示・受領・配達・照合）", "day of the act (shown, received, delivered, matched)", APPLICANT, 5
)
_NAME = flag("name_agrees", "氏名（名称）が申込みと一致", "the name agrees with the application", APPLICANT, 6)
_ADDRESS = flag(
    "address_agrees", "住居（所在地）が申込みと一致", "the address agrees with the application", APPLICANT, 6
)
_BIRTH = flag(
    "birth_date_agrees", "生年月日が申込みと一致", "the date of birth agrees with the application", APPLICANT, 6
)
_AGREE = (_NAME, _ADDRESS, _BIRTH)
_DOCUMENT = one_of("document", DOCUMENTS, "書類の種類", "kind of document", APPLICANT, 5)
_VALIDITY = (
    day("valid_until", "有効期限", "valid until", APPLICANT, 15),
    flag("no_expiry", "有効期限の定めがない", "has no expiry date"),
    day("issued_on", "発行日", "issued on", APPLICANT, 8),
    flag("issued_once", "一を限り発行された書類", "issued once per person"),
    flag("altered", "改変の形跡がある", "shows signs of alteration"),
)
_SHOWS = set_of(
    "shows",
    ("name", "address", "birth_date", "photo", "thickness"),
    "写っている（読み取った）もの",
    "what it shows or yields",
)
_SOFTWARE = one_of("software", ("operators_own", "other"), "使ったソフトウェア", "software used", APPLICANT, 3)


def _kind(
    kind: str, ja: str, en: str, by: ChangedBy, cost: int, *attributes: FactSpec, person: bool = True
) -> EvidenceSpec:
    specs = (_AT, *((_PERSON,) if person else ()), *attributes)
    return EvidenceSpec(kind, Text(ja, en), {spec.name: spec for spec in specs}, by, cost)


EVIDENCE = (
    _kind(
        "document_shown",
        "書類の提示",
        "document shown in person",
        APPLICANT,
        10,
        _DOCUMENT,
        flag("bears_photo", "本人の写真がある", "bears the person's photo", APPLICANT, 8),
        *_VALIDITY,
        *_AGREE,
    ),
    _kind(
        "document_image",
        "書類の画像",
        "photo of a document",
        APPLICANT,
        4,
        _SOFTWARE,
        _DOCUMENT,
        _SHOWS,
        *_VALIDITY,
        *_AGREE,
    ),
    _kind(
        "face_image",
        "容貌の画像",
        "photo of the face",
        APPLICANT,
        2,
        _SOFTWARE,
        flag(
            "same_person_as_document",
            "書類・チップの写真と同じ人",
            "same person as in the document's photo",
            APPLICANT,
            3,
        ),
        # A provider's result is verified from its signature; people who looked attest what they saw.
        one_of("compared_by", ("provider", "staff"), "照合した者", "who compared the faces", OPERATOR, 1),
    ),
    _kind(
        "chip_read",
        "ICチップの読取り",
        "IC chip read",
        APPLICANT,
        4,
        _SOFTWARE,
        _DOCUMENT,
        _SHOWS,
        one_of(
            "authenticity",
            ("signature_verified", "read_not_authenticated", "failed", "could_not_check"),
            "チップ情報の真正性",
            "authenticity of the chip data",
            OPERATOR,
            3,
        ),
        flag(
            "displayed_on_screen",
            "チップ情報（写真を含む）を画面に表示した",
            "chip data incl. photo displayed on screen",
            OPERATOR,
            1,
        ),
        *_VALIDITY,
        *_AGREE,
    ),
    _kind(
        "document_original",
        "書類の原本の送付",
        "original of a document received by post",
        APPLICANT,
        12,
        _DOCUMENT,
        *_VALIDITY,
        *_AGREE,
    ),
    _kind(
        "document_copy", "書類の写しの送付", "copy of a document received", APPLICANT, 8, _DOCUMENT, *_VALIDITY, *_AGREE
    ),
    _kind(
        "postal_item",
        "郵送（書留・転送不要、本人限定受取など）",
        "registered, non-forwarding or addressee-only post",
        OPERATOR,
        6,
        one_of(
            "post",
            ("registered_non_forwarding", "addressee_only", "addressee_only_with_identity", "ordinary"),
            "郵便の種類",
            "kind of post",
            OPERATOR,
            2,
        ),
        one_of(
            "addressed_to",
            ("residence", "address_in_chip", "head_office", "branch_on_document", "representative_residence", "other"),
            "あて先",
            "addressed to",
            OPERATOR,
            2,
        ),
        flag("delivered", "配達された", "delivered", OPERATOR, 3),
        flag("delivery_failed", "返送・不達", "returned or undeliverable"),
        flag("identity_reported", "配達員が確認事項を伝達した", "the carrier reported the identity items", OPERATOR, 2),
        flag("chip_read_at_delivery", "配達時にICチップを読み取った", "the chip was read at delivery", OPERATOR, 3),
        _DOCUMENT,
        *_VALIDITY,
        *_AGREE,
    ),
    _kind(
        "staff_handover",
        "社員による住居での引渡し",
        "handed over at the address by the operator's employee",
        OPERATOR,
        12,
        one_of("handed_at", ("residence", "head_office", "other"), "引渡し場所", "place of hand-over", OPERATOR, 2),
    ),
    _kind(
        "electronic_signature",
        "電子署名と電子証明書",
        "electronic signature and certificate",
        APPLICANT,
        3,
        one_of(
            "certificate",
            ("jpki_signing", "jpki_signing_smartphone", "jpki_authentication", "accredited_ca", "commercial_registry"),
            "証明書の種類",
            "kind of certificate",
            APPLICANT,
            3,
        ),
        flag("signature_valid", "署名が正しい", "the signature verifies", APPLICANT, 3),
        one_of(
            "revocation",
            ("good", "revoked", "expired", "unknown", "could_not_check"),
            "失効の確認",
            "revocation status",
            OPERATOR,
            2,
        ),
        flag("pin_entered", "暗証番号を入力した", "the PIN was entered", APPLICANT, 1),
        *_AGREE,
    ),
    _kind(
        "card_substitute_record",
        "スマートフォンのマイナンバーカード（特定電磁的記録）",
        "smartphone My Number card record",
        APPLICANT,
        3,
        one_of("program", ("certified", "other"), "送信プログラム", "program that sent it", APPLICANT, 3),
        flag("holder_confirmed", "送信者のものと確認した", "confirmed to belong to the sender", APPLICANT, 2),
        flag("issuer_signature_valid", "発行者の署名が正しい", "the issuer's signature verifies", OPERATOR, 2),
        *_AGREE,
    ),
    _kind(
        "supplementary_document",
        "補完書類（現住所）",
        "supplementary document for the current address",
        APPLICANT,
        6,
        one_of(
            "supplementary", SUPPLEMENTARY_DOCUMENTS, "補完書類の種類", "kind of supplementary document", APPLICANT, 3
        ),
        day("issued_on", "発行日・領収日", "issued or received on", APPLICANT, 5),
        _NAME,
        _ADDRESS,
    ),
    _kind(
        "registry_record",
        "登記情報（登記情報提供サービス）",
        "registry information received",
        OPERATOR,
        3,
        flag(
            "from_designated_service", "指定法人の登記情報提供サービスから", "from the designated service", OPERATOR, 1
        ),
        _NAME,
        _ADDRESS,
        person=False,
    ),
    _kind(
        "public_corporate_record",
        "公表事項（法人番号公表サイト）",
        "published corporate record",
        OPERATOR,
        2,
        flag("from_official_site", "国税庁法人番号公表サイトから", "from the official site", OPERATOR, 1),
        _NAME,
        _ADDRESS,
        person=False,
    ),
    _kind(
        "statement",
        "申告",
        "statement by the counterparty",
        APPLICANT,
        1,
        set_of(
            "items",
            (
                "name",
                "address",
                "birth_date",
                "head_office",
                "nationality",
                "passport_number",
                "disaster_identity",
                "knowledge_only_known_to_self",
            ),
            "申告した事項",
            "items stated",
            APPLICANT,
            1,
        ),
    ),
    _kind(
        "record_match",
        "本人確認記録との照合",
        "match with the existing verification record",
        OPERATOR,
        2,
        flag("record_agrees", "既存契約の記録と一致", "agrees with the record of the existing contract", APPLICANT, 6),
        flag(
            "billing_address_agrees",
            "請求先・通知先と一致（住居・本店）",
            "agrees with the billing address, which is the residence or head office",
            APPLICANT,
            6,
        ),
    ),
    _kind(
        "authentication",
        "当人認証",
        "authentication of the existing contractor",
        APPLICANT,
        2,
        set_of("factors", ("knowledge", "possession", "inherence"), "認証要素", "factors", APPLICANT, 2),
        number("distinct_factors", "異なる要素の数", "number of distinct factors", 3),
        flag("phishing_resistant", "フィッシング耐性がある", "phishing resistant", APPLICANT, 3),
        flag("sms_code_used", "SMSのコードを使った", "a code by SMS was used"),
        flag("jpki_authentication", "公的個人認証（利用者証明）", "JPKI user authentication", APPLICANT, 3),
    ),
    _kind(
        "carrier_chain_verification",
        "他の事業者の契約に連動する確認（3条5項）",
        "verification through a linked carrier contract",
        NOBODY,
        5,
        flag(
            "contract_follows_automatically",
            "契約が自動的に成立する仕組み",
            "the contract follows automatically",
            NOBODY,
        ),
        flag("other_record_kept", "他の事業者が記録を保存", "the other carrier keeps the record", OPERATOR, 3),
    ),
    _kind(
        "reliance_result",
        "他社の本人確認結果への依拠",
        "reliance on another firm's verification",
        OPERATOR,
        5,
        one_of("relied_on", ("bank", "card_issuer", "carrier"), "依拠先", "relied-on party", APPLICANT, 3),
        one_of(
            "proofing",
            ("jpki", "chip_and_face", "document_shown", "other"),
            "依拠先の確認方法",
            "proofing method there",
            APPLICANT,
            3,
        ),
        flag("attributes_latest", "最新の本人特定事項", "attributes are up to date", OPERATOR, 2),
        flag("authenticated_here", "依拠元で当人認証した", "authenticated at the relying side", APPLICANT, 2),
        *_AGREE,
    ),
    _kind(
        "authority_proof",
        "権限又は地位の確認",
        "proof of authority or position",
        APPLICANT,
        5,
        one_of(
            "proof",
            (
                "cohabiting_or_legal",
                "letter_of_attorney",
                "telephone_confirmation",
                "registered_officer",
                "otherwise_evident",
                "gbizid_prime",
                "gbizid_member",
                "employee_card",
                "business_card",
            ),
            "確認の方法",
            "how it was shown",
            APPLICANT,
            3,
        ),
        one_of(
            "called",
            ("counterparty", "head_office", "branch_office", "number_given_by_visitor"),
            "電話をした先",
            "who was telephoned",
            OPERATOR,
            2,
        ),
    ),
    # 在籍 is that somebody belongs to the company; 権限 that he may act for it. Neither stands for the other.
    _kind(
        "affiliation_proof",
        "在籍の確認",
        "proof that the visitor belongs to the corporation",
        APPLICANT,
        3,
        one_of(
            "shown_by",
            (
                "employee_card",
                "employment_certificate",
                "insurance_certificate_with_employer",
                "business_card",
                "registered_officer",
                "gbizid_prime",
                "gbizid_member",
                "telephone_confirmation",
                "otherwise_evident",
            ),
            "在籍を示したもの",
            "what showed it",
            APPLICANT,
            2,
        ),
        flag(
            "corporation_agrees",
            "書かれた法人が申込みの法人と一致",
            "the corporation it names is the counterparty",
            APPLICANT,
            3,
        ),
        _NAME,
    ),
    _kind(
        "payment_link",
        "支払手段（口座・カード）",
        "bank account or card",
        APPLICANT,
        3,
        one_of("instrument", ("bank_account", "credit_card"), "支払手段", "instrument", APPLICANT, 2),
        flag("in_subjects_name", "本人名義", "in the counterparty's name", APPLICANT, 3),
    ),
    _kind(
        "past_rental_document",
        "過去の貸与契約の書面",
        "document of a past rental contract",
        APPLICANT,
        5,
        _NAME,
        _ADDRESS,
        _BIRTH,
    ),
    _kind(
        "confirmation_letter",
        "契約者確認の通知",
        "confirmation letter to the recorded address",
        OPERATOR,
        4,
        flag("to_recorded_address", "記録された住所へ", "sent to the recorded address", OPERATOR, 1),
        flag("reasonable_period_set", "相当の期間を定めた", "a reasonable period was set", OPERATOR, 1),
        person=False,
    ),
    _kind(
        "handset_shown",
        "端末・SIMの提示",
        "handset or SIM shown",
        APPLICANT,
        10,
        flag("is_the_one_asked", "求められた端末等である", "it is the one asked for", APPLICANT, 5),
    ),
    _kind("consultation", "窓口での説明と同意の記録", "explanation and consent recorded", OPERATOR, 2, person=False),
)
