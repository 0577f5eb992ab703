"""Có / Không."""

from __future__ import annotations

from forms.types.one_of import FixedOptions


class YesNo(FixedOptions):
    template = "choice.html"


YES_NO = YesNo("yesno", {"yes": {"vi": "Có", "en": "Yes"}, "no": {"vi": "Không", "en": "No"}})
