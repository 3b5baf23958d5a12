"""The contract desk's fact catalogue: everything a rule or an application about a mobile contract may name.

A fact that is absent is unknown, never false. Evidence kinds are in :mod:`sekisho.contracts.evidence_kinds`.
"""

from __future__ import annotations

from sekisho.contracts.evidence_kinds import EVIDENCE
from sekisho.contracts.fact_specs import APPLICANT, NOBODY, OPERATOR, flag, number, one_of
from sekisho.engine.facts import Catalogue

EVENTS = (
    "new_contract",
    "additional_line",
    "transfer",
    "rental",
    "repeated_rental",
    "police_confirmation",
    "existing_user_check",
    "reissue",
)
SUBJECTS = (
    "natural",
    "foreigner_without_address",
    "outside_resident_register",
    "corporation",
    "foreign_corporation",
    "state_like",
)
CHANNELS = ("face_to_face", "remote", "postal")
SERVICES = ("voice", "app_050", "data_sms", "data_only", "iot", "wearable_same_number")

FACTS = (
    # --- dimensions -------------------------------------------------------------------------------------------------
    one_of("event", EVENTS, "手続", "event"),
    one_of("subject.kind", SUBJECTS, "相手方の種類", "kind of counterparty"),
    one_of("channel", CHANNELS, "受付の経路", "channel", APPLICANT, 20),
    one_of("service", SERVICES, "役務の種類", "service"),
    # --- the counterparty and who acts for it -----------------------------------------------------------------------
    flag(
        "subject.status_of_forces",
        "日米地位協定・国連軍地位協定により在留している",
        "stays in Japan under a status-of-forces agreement (Ordinance art. 5(1)(iii))",
    ),
    number("subject.age", "契約者の年齢", "age of the counterparty", 130),
    flag("representative.acting", "代表者等が手続をしている", "someone else acts for the counterparty"),
    one_of(
        "representative.relation",
        ("cohabiting_relative", "legal_representative", "agent", "officer", "employee", "other"),
        "代表者等と相手方の関係",
        "relation of the acting person",
    ),
    one_of(
        "representative.kind",
        ("resident", "foreigner_without_address", "outside_resident_register"),
        "代表者等の区分（住民基本台帳など）",
        "kind of acting person (resident register)",
    ),
    # --- the service ------------------------------------------------------------------------------------------------
    flag("service.wholesale_between_carriers", "事業者間の卸契約", "wholesale contract between carriers"),
    flag("service.iot_divertible", "IoT回線を他の用途に使える", "the IoT line can be put to other uses"),
    flag(
        "service.app_runs_on_mobile",
        "050番号をアプリで移動端末から使う",
        "the 050 number is used by an app on a mobile device",
    ),
    # --- lines ------------------------------------------------------------------------------------------------------
    number(
        "lines.voice_active", "いま契約中の音声回線数（同一名義）", "voice lines now held in the same name", 100_000
    ),
    flag("lines.purpose_declared", "回線の利用目的を聞き取った", "the purpose of the lines was declared", APPLICANT, 2),
    flag("lines.business_iot", "事業用IoT回線", "business IoT line"),
    flag(
        "lines.exceeds_ordinance_number",
        "省令で定める数を超える回線である（2026年改正法）",
        "a line beyond the number set by ordinance (2026 Act)",
    ),
    # --- additional line --------------------------------------------------------------------------------------------
    flag("existing.verified_contract", "本人確認済みの既存契約がある", "an existing contract was verified"),
    flag(
        "existing.reverification_due",
        "自社の定期的な本人確認の時期が来ている",
        "the operator's own periodic re-verification is due",
    ),
    # --- transfer ---------------------------------------------------------------------------------------------------
    one_of(
        "transfer.relation",
        ("relative", "same_household", "succession", "other"),
        "譲渡の相手との関係",
        "relation to the person it is transferred to",
    ),
    flag(
        "transfer.consent_requested_first",
        "譲渡の前に承諾を求めた",
        "consent was asked for before the transfer",
        APPLICANT,
        2,
    ),
    # --- rental -----------------------------------------------------------------------------------------------------
    flag("rental.paid_business", "業として有償で貸与する", "rented out as a business for money"),
    flag(
        "rental.staying_foreigner_with_passport",
        "本邦に住居のない外国人が旅券を示した",
        "a foreigner without a home in Japan showed a passport",
    ),
    number(
        "rental.days_since_record", "記録の作成までの日数（引渡しから）", "days from hand-over to the record", 3_650
    ),
    flag("rental.within_3_years_of_last", "前回の貸与から3年以内", "within 3 years of the last rental"),
    # --- police confirmation ----------------------------------------------------------------------------------------
    flag(
        "police.request_in_writing",
        "契約者確認要求書（書面）を受けた",
        "a written request form was received",
        OPERATOR,
        5,
    ),
    flag("police.by_station_chief", "警察署長による求め", "the request is by the chief of a police station", NOBODY),
    flag("police.offence_listed", "対象の罪に当たる", "the offence is one of those listed"),
    flag("police.possession_check_asked", "端末等の提示も求められた", "showing the handset or SIM is asked for too"),
    flag("police.attendance_seriously_detrimental", "来店が著しく困難", "attending would be seriously detrimental"),
    # --- existing-user check (2026 Act) -------------------------------------------------------------------------------
    flag(
        "existing.data_attached_to_verified_voice",
        "確認済みの音声契約に付随するデータ契約",
        "data attached to a verified voice contract",
    ),
    flag(
        "existing.verified_to_then_standard",
        "当時の基準で確認し記録がある",
        "verified and recorded to the standard of the time",
    ),
    flag("existing.ending_or_succeeding", "終了する契約・承継契約", "contract that is ending or succeeding another"),
    # --- grounds for a no -------------------------------------------------------------------------------------------
    flag(
        "refusal.verification_not_complied",
        "本人確認に応じない",
        "does not comply with identity verification",
        APPLICANT,
        5,
    ),
    flag(
        "refusal.transfer_verification_not_complied",
        "譲渡時の本人確認に応じない",
        "does not comply at transfer",
        APPLICANT,
        5,
    ),
    flag(
        "refusal.transferred_without_consent",
        "承諾なく譲渡された（親族・同一生計を除く）",
        "transferred without consent (not to relatives or household)",
    ),
    flag(
        "refusal.police_confirmation_unanswered",
        "契約者確認に応じない",
        "does not comply with the police confirmation check",
        APPLICANT,
        5,
    ),
    flag("refusal.rental_handed_over_unchecked", "本人確認なく貸与・交付された", "rented out without the check"),
    flag("refusal.terms_clause_applies", "契約約款の条項に当たる", "a clause of the operator's terms applies"),
    flag("refusal.number_scheme_denial", "利用停止等スキームの対象者", "named in the number-stop scheme"),
    flag("suspicion.impersonation", "なりすましの疑い", "suspected impersonation"),
    flag("suspicion.false_statement", "本人特定事項の偽りの疑い", "suspected false identity items"),
    number("suspicion.risk_score", "不正リスク値（0–100）", "fraud risk score (0–100)", 100),
    # --- agents -----------------------------------------------------------------------------------------------------
    flag("agent.verified_by_agent", "媒介業者等が確認した", "an agent verified"),
    flag("agent.manual_given", "手順書を配布した", "the procedure manual was given", OPERATOR, 5),
    flag("agent.supervisor_appointed", "監督責任者を選任した", "a responsible supervisor is appointed", OPERATOR, 5),
    flag("agent.audited", "監査した", "audited", OPERATOR, 5),
    flag("agent.trained", "研修した", "trained", OPERATOR, 5),
    # --- record -----------------------------------------------------------------------------------------------------
    flag("record.verifier_named", "確認した者がわかる", "who verified is recorded", OPERATOR, 1),
    flag("record.recorder_named", "記録した者がわかる", "who recorded is recorded", OPERATOR, 1),
    # --- disaster ---------------------------------------------------------------------------------------------------
    one_of(
        "disaster.measure",
        (
            "tohoku_2011",
            "kumamoto_2016",
            "july_rain_2018",
            "hokkaido_2018",
            "typhoon_19_2019",
            "july_rain_2020",
            "other",
        ),
        "被災した災害（特別措置の表のどの災害か）",
        "the disaster suffered (which one in the table of special measures)",
    ),
    flag(
        "disaster.resident_of_named_area",
        "その災害で災害救助法が適用された市町村の住民",
        "resident of a municipality named for that disaster",
    ),
    flag("disaster.normal_check_impossible", "通常の確認ができない", "the normal check is impossible"),
    # --- explanations given to the customer ---------------------------------------------------------------------------
    flag(
        "notice.resale_warning_given",
        "無断譲渡の違法性を説明した",
        "illegality of transfer without consent was explained",
        OPERATOR,
        1,
    ),
    flag(
        "notice.international_calls_asked",
        "国際電話の要否を聞いた",
        "the need for international calls was asked",
        OPERATOR,
        1,
    ),
    flag(
        "reliance.user_informed",
        "他社への依拠を利用者に説明した",
        "the user was told of the data flow between the firms",
        OPERATOR,
        1,
    ),
)

CATALOGUE = Catalogue.of(FACTS, EVIDENCE, ("event", "subject.kind", "channel", "service"))
"""The contract desk's catalogue."""
