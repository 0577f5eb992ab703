"""Who may do what: a role is a set of permissions, granted on a unit and everything below it."""

from __future__ import annotations

from enum import StrEnum

from translations.catalogue import LazyText, lazy


class Permission(StrEnum):
    READ_UNIT = "read_unit"
    MANAGE_VILLAGES = "manage_villages"
    MANAGE_ROUND = "manage_round"
    ISSUE_SLIPS = "issue_slips"
    PRINT_POSTERS = "print_posters"
    COLLECT = "collect"
    READ_COUNTS = "read_counts"
    READ_RESULT = "read_result"
    READ_REASONS = "read_reasons"
    MAKE_PAPERS = "make_papers"
    EDIT_THEMES = "edit_themes"
    PLAN_ACTIONS = "plan_actions"
    READ_FLAGS = "read_flags"
    DOWNLOAD = "download"
    ADOPT = "adopt"
    DECLARE = "declare"
    READ_SCOREBOARD = "read_scoreboard"
    MANAGE_STAFF = "manage_staff"
    READ_AUDIT = "read_audit"


class Role(StrEnum):
    FRONT_COMMUNE = "front_commune"
    COLLECTOR = "collector"
    COMMITTEE_COMMUNE = "committee_commune"
    FRONT_PROVINCE = "front_province"
    COMMITTEE_PROVINCE = "committee_province"
    ANALYST = "analyst"
    ADMINISTRATOR = "administrator"


ROLE_NAMES: dict[Role, LazyText] = {
    Role.FRONT_COMMUNE: lazy("Mặt trận Tổ quốc xã"),
    Role.COLLECTOR: lazy("Tổ lấy ý kiến"),
    Role.COMMITTEE_COMMUNE: lazy("Ủy ban nhân dân xã"),
    Role.FRONT_PROVINCE: lazy("Mặt trận Tổ quốc tỉnh, thành phố"),
    Role.COMMITTEE_PROVINCE: lazy("Ủy ban nhân dân tỉnh, thành phố"),
    Role.ANALYST: lazy("Người phân tích số liệu"),
    Role.ADMINISTRATOR: lazy("Quản trị hệ thống"),
}

_P = Permission
_EVERYONE = frozenset({_P.READ_UNIT})

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.FRONT_COMMUNE: _EVERYONE
    | {
        _P.MANAGE_VILLAGES,
        _P.MANAGE_ROUND,
        _P.ISSUE_SLIPS,
        _P.PRINT_POSTERS,
        _P.COLLECT,
        _P.READ_COUNTS,
        _P.READ_RESULT,
        _P.READ_REASONS,
        _P.MAKE_PAPERS,
        _P.EDIT_THEMES,
        _P.PLAN_ACTIONS,
        _P.READ_FLAGS,
        _P.DOWNLOAD,
        _P.ADOPT,
        _P.DECLARE,
        _P.READ_SCOREBOARD,
    },
    Role.COLLECTOR: _EVERYONE | {_P.COLLECT, _P.READ_COUNTS},
    Role.COMMITTEE_COMMUNE: _EVERYONE
    | {
        _P.PRINT_POSTERS,
        _P.READ_COUNTS,
        _P.READ_RESULT,
        _P.PLAN_ACTIONS,
        _P.DECLARE,
        _P.READ_SCOREBOARD,
    },
    Role.FRONT_PROVINCE: _EVERYONE
    | {
        _P.READ_COUNTS,
        _P.READ_RESULT,
        _P.READ_FLAGS,
        _P.EDIT_THEMES,
        _P.DOWNLOAD,
        _P.ADOPT,
        _P.READ_SCOREBOARD,
        _P.MANAGE_STAFF,
        _P.READ_AUDIT,
    },
    Role.COMMITTEE_PROVINCE: _EVERYONE
    | {_P.READ_COUNTS, _P.READ_RESULT, _P.READ_FLAGS, _P.DOWNLOAD, _P.READ_SCOREBOARD},
    Role.ANALYST: _EVERYONE | {_P.READ_RESULT, _P.DOWNLOAD, _P.READ_SCOREBOARD},
    Role.ADMINISTRATOR: _EVERYONE | {_P.MANAGE_STAFF, _P.READ_AUDIT},
}
