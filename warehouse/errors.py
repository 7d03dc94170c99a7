"""Errors whose text is meant for the person at the terminal: one clear sentence, no password, no personal data."""

from __future__ import annotations


class LongcangError(Exception):
    """Base of the errors that the command line prints as they are, without a traceback."""


class UsageError(LongcangError):
    """What was asked for cannot be done as it was asked (exit status 2)."""


class SettingsError(LongcangError):
    """A setting, or a folder that a setting names, cannot be used."""


class LandingRefused(LongcangError):
    """The landing folder is not to be read as it is; trying again does not help before somebody has seen to it."""


class ServerError(LongcangError):
    """The embedded PostgreSQL server cannot be initialised, started or stopped."""


class DatabaseError(LongcangError):
    """The database cannot be reached, is too old, or the privileges of the given role do not suffice."""


class ServiceError(LongcangError):
    """A service of the stack (Airflow's parts) did not start or stop."""


class ProjectError(LongcangError):
    """Something in the project's own files is wrong (a contract, a model, a rule, reference data): the same work fails the
    same way until somebody mends it, so a task is not retried over it."""


class NotPublished(Exception):
    """A run's publication is not shown, on purpose: no fault, so no LongcangError. The text says why, without values."""
