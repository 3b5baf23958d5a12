"""What the values of the dimensions are called at the counter, in a word or two.

The statute's own terms, for those who hold a rule against its article, are in ``rulebook/words.yaml``.
"""

from __future__ import annotations

from sekisho.engine.facts import Text

WORDS: dict[str, Text] = {
    "new_contract": Text("新規契約", "new contract"),
    "additional_line": Text("追加回線", "additional line"),
    "transfer": Text("譲渡", "transfer"),
    "rental": Text("貸与", "rental"),
    "repeated_rental": Text("再貸与", "repeated rental"),
    "police_confirmation": Text("契約者確認", "police confirmation"),
    "existing_user_check": Text("施行時利用者の確認", "existing-user check"),
    "reissue": Text("再発行", "re-issue"),
    "natural": Text("個人", "natural person"),
    "foreigner_without_address": Text("本邦に住居のない外国人", "foreigner without an address in Japan"),
    "outside_resident_register": Text("住民基本台帳の適用外の人", "person outside the resident register"),
    "corporation": Text("法人", "corporation"),
    "foreign_corporation": Text("外国法人", "foreign corporation"),
    "state_like": Text("国・地方公共団体など", "state, local government or similar body"),
    "face_to_face": Text("対面", "face to face"),
    "remote": Text("非対面", "remote"),
    "postal": Text("郵送", "by post"),
    "voice": Text("音声", "voice"),
    "app_050": Text("050アプリ", "050 app"),
    "data_sms": Text("SMS付きデータ", "data with SMS"),
    "data_only": Text("データのみ", "data only"),
    "iot": Text("IoT", "IoT"),
    "wearable_same_number": Text("同一番号のウェアラブル", "wearable on the same number"),
}
"""Every value of event, subject, channel and service; a test holds it equal to the catalogue's."""
