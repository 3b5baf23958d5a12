"""Errors of passports; those of DER, signatures and certificates are in :mod:`sekisho.contracts.evidence.cms.errors`.

::

    EvidenceRefused
    ├── PassportRefused
    │   ├── FileTooLarge           a file longer than any such file
    │   ├── FileMalformed          not a file of the standard's logical data structure
    │   ├── GroupMislabelled       a data group whose own tag says another number
    │   ├── GroupMissing           no data group 1: there is nobody to identify
    │   ├── GroupListedTwice       the security object has two digests for one group
    │   ├── GroupNotSigned         a data group the security object doesn't list: put in by somebody else
    │   ├── GroupAltered           a data group whose digest isn't the signed one
    │   ├── SignerMissing          no signer's certificate, neither in the SOD nor beside it
    │   ├── SignerOther            the certificate isn't that of the signer the SOD names
    │   ├── SignerUsageRefused     the certificate isn't one for signing documents
    │   ├── OutsideValidity        signer or country certificate, not yet or no longer valid
    │   ├── SignedOutsidePeriod    signed when the signer's key wasn't to be used
    │   ├── NotByCountry           names a configured country authority as issuer, which didn't sign it
    │   ├── CountryMismatch        country authority, signer and document aren't of one country
    │   ├── SignerRevoked          the country revoked the signer
    │   ├── MrzRefused             the machine-readable zone isn't one
    │   ├── CheckDigitWrong        a check digit of the machine-readable zone is wrong
    │   ├── NotAPassport           a travel document that isn't a passport
    │   ├── DocumentExpired        past its date of expiry
    │   └── ChipNotGenuine         the answer to the challenge isn't by the key of this chip
    └── TrustRefused               the operator's own lists
        ├── AuthorityRefused       not a country authority's certificate, or no longer
        ├── ListSignerRefused      the master list isn't by the pinned signer
        └── CrlRefused             a revocation list that can't be used
    NotCheckable
    ├── AuthorityUnknown           no configured country authority has issued this signer
    ├── RevocationUnknown          no revocation list of the issuer
    └── RevocationListOld          the issuer's revocation list isn't of this moment
"""

from __future__ import annotations

from sekisho.contracts.evidence.errors import EvidenceRefused, NotCheckable

_DOUBT_JA = "受け入れず、旅券そのものを窓口で確かめてください。"
_DOUBT_EN = "Don't accept it; have the passport itself examined."
_AGAIN_JA = "チップをもう一度読み取ってください。"
_AGAIN_EN = "Read the chip again."


class PassportRefused(EvidenceRefused):
    """What was read from a passport's chip can't be accepted."""

    reason = "passport_refused"


class FileTooLarge(PassportRefused):
    """A file longer than any such file on a chip."""

    reason = "passport_file_too_large"
    ja = "{file} が大きすぎます（上限 {limit} バイト）。チップから読み取ったファイルだけを送ってください。"
    en = "{file} is too large (at most {limit} bytes). Send the files read from the chip and nothing else."


class FileMalformed(PassportRefused):
    """Not a file of the logical data structure (ICAO 9303-10)."""

    reason = "passport_file_malformed"
    ja = "{file}: 旅券のチップのファイルとして読めません（{problem}）。" + _AGAIN_JA
    en = "{file}: not a file of a passport's chip ({problem}). " + _AGAIN_EN


class GroupMislabelled(PassportRefused):
    """A data group whose own tag says that it is another."""

    reason = "passport_group_mislabelled"
    ja = "DG{group} として送られたファイルは別のものです（タグ {tag}）。番号を確かめて送り直してください。"
    en = "The file sent as DG{group} is another one (its tag is {tag}). Check the numbers and send it again."


class GroupMissing(PassportRefused):
    """Data group 1, which says whose passport it is, wasn't given."""

    reason = "passport_group_missing"
    ja = "DG{group} がありません。DG1とEF.SODは必ず読み取ってください。"
    en = "DG{group} isn't there. Always read DG1 and EF.SOD."


class GroupListedTwice(PassportRefused):
    """The security object has two digests for one group."""

    reason = "passport_group_listed_twice"
    ja = "EF.SODにDG{group}が二度書かれています。" + _DOUBT_JA
    en = "EF.SOD lists DG{group} twice. " + _DOUBT_EN


class GroupNotSigned(PassportRefused):
    """A data group that the security object doesn't list: nobody signed it."""

    reason = "passport_group_not_signed"
    ja = "DG{group} は発行国の署名の対象に含まれていません。あとから加えられた疑いがあります。" + _DOUBT_JA
    en = "DG{group} isn't among what the issuing state signed: it may have been added. " + _DOUBT_EN


class GroupAltered(PassportRefused):
    """A data group that isn't the one whose digest was signed."""

    reason = "passport_group_altered"
    ja = "DG{group} が署名されたものと違います。改ざんか、読取りの誤りです。" + _AGAIN_JA
    en = "DG{group} isn't the one that was signed: altered, or misread. " + _AGAIN_EN


class SignerMissing(PassportRefused):
    """No certificate of the document signer, neither in the SOD nor beside it."""

    reason = "passport_signer_missing"
    ja = "署名者証明書がEF.SODになく、別にも渡されていません。発行国の署名者証明書を一緒に送ってください。"
    en = "EF.SOD has no signer's certificate and none was given. Send the state's document signer certificate with it."


class SignerOther(PassportRefused):
    """No certificate given is that of the signer the SOD names."""

    reason = "passport_signer_other"
    ja = "渡された証明書は、EF.SODの署名者のものではありません。" + _DOUBT_JA
    en = "The certificate isn't that of the signer EF.SOD names. " + _DOUBT_EN


class SignerUsageRefused(PassportRefused):
    """The certificate isn't one for signing documents: an authority's, self-signed, or for another use."""

    reason = "passport_signer_usage"
    ja = "署名者証明書は文書の署名用ではありません（{problem}）。" + _DOUBT_JA
    en = "The signer's certificate isn't one for signing documents ({problem}). " + _DOUBT_EN


class OutsideValidity(PassportRefused):
    """The certificate of the signer or of the country isn't valid at the moment of checking."""

    reason = "passport_certificate_outside_validity"
    ja = "{certificate} の有効期間（{first} から {last}）の外です。" + _DOUBT_JA
    en = "Outside the validity of the {certificate} certificate ({first} to {last}). " + _DOUBT_EN


class SignedOutsidePeriod(PassportRefused):
    """Signed when the signer's key wasn't to be used, or at a time still to come."""

    reason = "passport_signed_outside_period"
    ja = "署名の日時（{signed}）が、署名鍵を使える期間の外です。" + _DOUBT_JA
    en = "Signed at {signed}, when the signer's key wasn't to be used. " + _DOUBT_EN


class NotByCountry(PassportRefused):
    """The signer's certificate names a configured authority as its issuer, and that authority didn't sign it."""

    reason = "passport_signer_not_by_country"
    ja = "署名者証明書は、名乗っている国の認証局が発行したものではありません。偽造の疑いがあります。" + _DOUBT_JA
    en = "The signer's certificate wasn't issued by the country authority it names: perhaps a forgery. " + _DOUBT_EN


class CountryMismatch(PassportRefused):
    """The country authority, the signer and the document aren't of one country."""

    reason = "passport_country_mismatch"
    ja = "発行国が一致しません（認証局 {authority}、署名者 {signer}、旅券 {document}）。" + _DOUBT_JA
    en = "Not of one country (authority {authority}, signer {signer}, passport {document}). " + _DOUBT_EN


class SignerRevoked(PassportRefused):
    """The country has revoked the signer's certificate."""

    reason = "passport_signer_revoked"
    ja = "署名者証明書は {since} に失効しています（理由: {why}）。" + _DOUBT_JA
    en = "The signer's certificate was revoked at {since} (reason: {why}). " + _DOUBT_EN


class MrzRefused(PassportRefused):
    """The machine-readable zone isn't one of ICAO 9303-4 (TD3) or 9303-5 (TD1)."""

    reason = "passport_mrz_refused"
    ja = "機械読取領域（MRZ）の形が定めと違います（{problem}）。" + _DOUBT_JA
    en = "The machine-readable zone isn't as the standard has it ({problem}). " + _DOUBT_EN


class CheckDigitWrong(PassportRefused):
    """A check digit of the machine-readable zone is wrong (ICAO 9303-3 §4.9)."""

    reason = "passport_check_digit_wrong"
    ja = "機械読取領域（MRZ）の検査数字が合いません（{field}）。" + _DOUBT_JA
    en = "A check digit of the machine-readable zone is wrong ({field}). " + _DOUBT_EN


class NotAPassport(PassportRefused):
    """A travel document that isn't a passport."""

    reason = "passport_other_document"
    ja = "旅券ではありません（文書の種類 {code}）。その書類の種類で送り直してください。"
    en = "Not a passport (its document code is {code}). Send it as the kind of document it is."


class DocumentExpired(PassportRefused):
    """Past its date of expiry."""

    reason = "passport_expired"
    ja = "旅券の有効期間は {expiry} に満了しています。有効な書類を求めてください。"
    en = "The passport expired on {expiry}. Ask for a document that is valid."


class ChipNotGenuine(PassportRefused):
    """The answer to the challenge isn't by the key that the state signed for this chip."""

    reason = "passport_chip_not_genuine"
    ja = "チップの応答が、この旅券の鍵によるものではありません（{problem}）。複製の疑いがあります。" + _DOUBT_JA
    en = "The chip's answer isn't by this passport's key ({problem}): perhaps a copy. " + _DOUBT_EN


class TrustRefused(EvidenceRefused):
    """One of the operator's own lists of trust can't be used; says nothing about any passport."""

    reason = "passport_trust_refused"


class AuthorityRefused(TrustRefused):
    """Not the certificate of a country signing authority that can be trusted as given."""

    reason = "passport_authority_refused"
    ja = "国の認証局の証明書として使えません（{problem}）。入手元を確かめてください。"
    en = "Can't be used as a country authority's certificate ({problem}). Check where it came from."


class ListSignerRefused(TrustRefused):
    """The master list isn't signed by the pinned signer, or the signer isn't one for lists."""

    reason = "passport_list_signer_refused"
    ja = "マスターリストの署名者を認められません（{problem}）。署名者の証明書を公式の経路で確かめてください。"
    en = "The master list's signer isn't accepted ({problem}). Confirm the signer's certificate by an official way."


class CrlRefused(TrustRefused):
    """A revocation list that can't be used: by no configured authority, or dated in the future."""

    reason = "passport_crl_refused"
    ja = "失効リストを使えません（{problem}）。発行国から取り直してください。"
    en = "The revocation list can't be used ({problem}). Fetch it again from the issuing state."


class AuthorityUnknown(NotCheckable):
    """No configured country authority has issued this signer. Not a sign of forgery, and never an acceptance."""

    reason = "passport_authority_unknown"
    ja = (
        "署名者を発行した国の認証局（{country}）が設定にないため、署名の根拠を確かめられません。"
        "公式のマスターリストを取り込んでください。"
    )
    en = (
        "The country authority ({country}) that issued the signer isn't configured, so the signature rests on nothing. "
        "Import an official master list."
    )


class RevocationUnknown(NotCheckable):
    """No revocation list of the signer's issuer is configured."""

    reason = "passport_revocation_unknown"
    ja = (
        "署名者を発行した認証局の失効リストがないため、失効を確かめられません。発行国の失効リストを取り込んでください。"
    )
    en = "No revocation list of the signer's issuer is configured. Import the state's revocation list."


class RevocationListOld(NotCheckable):
    """The issuer's revocation list isn't of this moment: ended, or of a later one."""

    reason = "passport_revocation_list_old"
    ja = "失効リストの期間（{first} から {last}）の外なので、失効を確かめられません。新しいものを取り込んでください。"
    en = "The revocation list is for {first} to {last}, so revocation couldn't be checked. Import the current one."
