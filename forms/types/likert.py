"""Five levels from very dissatisfied to very satisfied: the measure of a pulse, never of the verdict."""

from __future__ import annotations

from forms.types.one_of import FixedOptions

LABELS = {
    "1": {"vi": "Rất không hài lòng", "en": "Very dissatisfied"},
    "2": {"vi": "Không hài lòng", "en": "Dissatisfied"},
    "3": {"vi": "Bình thường", "en": "Neither"},
    "4": {"vi": "Hài lòng", "en": "Satisfied"},
    "5": {"vi": "Rất hài lòng", "en": "Very satisfied"},
}


class Likert(FixedOptions):
    template = "likert.html"
    accepts = frozenset({"options", "overall"})


FIVE_LEVELS = Likert("likert5", LABELS)
