"""Where a unit stands: rural or not, and in which class of area."""

from __future__ import annotations

from enum import StrEnum

from translations.catalogue import LazyText, lazy

SURVEYED_TYPE = "Xã"
_RURAL_TYPES = frozenset({SURVEYED_TYPE, "Huyện", "Thôn"})


class AreaClass(StrEnum):
    """The class a commune declares for itself; our sources list none, so it starts undetermined."""

    UNDETERMINED = "undetermined"
    REGION_1 = "region_1"
    REGION_2 = "region_2"
    REGION_3 = "region_3"
    COASTAL = "coastal"
    OTHER = "other"

    @property
    def label(self) -> LazyText:
        return _LABELS[self]

    @property
    def is_extremely_disadvantaged(self) -> bool | None:
        """Whether the plan's "extremely disadvantaged" scope includes the class; None when not known.

        A khu vực I or II commune may still hold villages that are: the class of a commune cannot tell.
        """
        if self in (AreaClass.REGION_3, AreaClass.COASTAL):
            return True
        return False if self is AreaClass.OTHER else None


_LABELS = {
    AreaClass.UNDETERMINED: lazy("Chưa xác định"),
    AreaClass.REGION_1: lazy("Khu vực I (vùng đồng bào dân tộc thiểu số và miền núi)"),
    AreaClass.REGION_2: lazy("Khu vực II (vùng đồng bào dân tộc thiểu số và miền núi)"),
    AreaClass.REGION_3: lazy("Khu vực III (vùng đồng bào dân tộc thiểu số và miền núi)"),
    AreaClass.COASTAL: lazy("Xã bãi ngang ven biển, hải đảo đặc biệt khó khăn"),
    AreaClass.OTHER: lazy("Không thuộc các khu vực trên"),
}


def is_rural(unit_type: str) -> bool:
    """Xã and thôn, and the huyện above them; phường, thị trấn, tổ dân phố, quận and thị xã are not."""
    return unit_type in _RURAL_TYPES


def asks_households(unit_type: str) -> bool:
    """Households are asked in xã only, not in phường or thị trấn (domain: HD 90/HD-MTTW-BTT)."""
    return unit_type == SURVEYED_TYPE
