"""Errors that are told to people, each in one sentence of theirs."""

from __future__ import annotations

from translations.catalogue import LazyText


class DomainError(Exception):
    """Something a person asked for cannot be done; `str()` says why in their language."""

    def __init__(self, message: LazyText) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class NotFound(DomainError):
    """What was asked for does not exist, or is not for this person to see."""


class Forbidden(DomainError):
    """The person may not do this."""


class Conflict(DomainError):
    """The state of things no longer allows this; reload and look again."""
