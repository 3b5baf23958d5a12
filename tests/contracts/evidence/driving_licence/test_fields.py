"""Nothing a licence gives is taken or passed over without saying so."""

from __future__ import annotations

from dataclasses import fields

from sekisho.contracts.evidence.driving_licence.fields import CARD_FIELDS, RECORD_FIELDS
from sekisho.contracts.evidence.driving_licence.model import ReadersWord, UnverifiedRecord
from sekisho.contracts.evidence.driving_licence.profile import ENTRY_TAGS, LicenceFile

READER = {f"reader.{one.name}" for one in fields(ReadersWord)}


def test_every_field_of_a_card_has_its_treatment() -> None:
    """Each file, each entry, the parts of the signature and the reader's word, and nothing else."""
    names = {one.value for one in LicenceFile} | READER
    names |= {f"DF1/EF01.{name}" for name in ENTRY_TAGS.values()}
    names |= {"DF1/EF02.domicile", "DF1/EF07.value", "DF1/EF07.key_identifier", "DF1/EF07.others"}
    assert CARD_FIELDS.unaccounted(names) == CARD_FIELDS.absent(names) == set()


def test_every_field_of_a_record_has_its_treatment() -> None:
    """Both files and the reader's word, and nothing else."""
    names = {one.name for one in fields(UnverifiedRecord)} - {"reader"} | READER
    assert RECORD_FIELDS.unaccounted(names) == RECORD_FIELDS.absent(names) == set()
