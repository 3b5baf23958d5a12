"""What a part of an Android app is refused for; the reader turns each into what couldn't be measured."""

from __future__ import annotations

from sekisho.errors import InputRefused


class ManifestRefused(InputRefused):
    """The manifest is neither binary XML nor a protobuf tree, or is larger than any. Fields: ``problem``."""

    reason = "manifest_broken"
    http_status = 422
    ja = "AndroidManifest.xmlを読めません（{problem}）。ビルドし直したファイルで確かめてください。"
    en = "AndroidManifest.xml can't be read ({problem}). Try a newly built file."


class DexRefused(InputRefused):
    """The bytes aren't a whole DEX file. Fields: ``problem``, a word for the part."""

    reason = "dex_broken"
    http_status = 422
    ja = "DEXを読めません（{problem}）。途中で切れていないか、暗号化されていないかを確かめてください。"
    en = "The DEX file can't be read ({problem}). See whether it was cut off or is encrypted."
