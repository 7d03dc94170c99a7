"""Generated secrets: one per file, 0600, in a 0700 folder; made once and never printed.

Alphanumeric only: a password passes through libpq strings, URLs, YAML and Great Expectations' `$` templates unchanged.
"""

from __future__ import annotations

import base64
import os
import secrets
import string
import tempfile
from collections.abc import Callable
from pathlib import Path

from warehouse.errors import SettingsError
from warehouse.settings import make_private_folder

_ALPHABET = string.ascii_letters + string.digits


def new_password(length: int = 40) -> str:
    """A random password of letters and digits (40 of them carry 238 bits)."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def new_fernet_key() -> str:
    """A key in the form that Airflow's Fernet wants: 32 bytes, URL-safe base64."""
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


def secret(folder: Path, name: str, make: Callable[[], str] = new_password) -> str:
    """The secret `name` in `folder`, generated on first use.

    Two processes that both generate it agree: the file appears by link(2), which only one of them can win.
    Raises SettingsError where the file exists but cannot be read, or the folder cannot be written.
    """
    path = folder / name
    known = read_secret(folder, name)
    if known is not None:
        return known
    make_private_folder(folder)
    descriptor, temporary = tempfile.mkstemp(dir=folder, prefix=f".{name}.")  # mkstemp makes it 0600
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(make() + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, path)
        except FileExistsError:
            pass
    finally:
        os.unlink(temporary)
    found = read_secret(folder, name)
    if found is None:
        raise SettingsError(f"The secret {path} was written but is gone again.")
    return found


def read_secret(folder: Path, name: str) -> str | None:
    """The secret `name` where it exists, else None."""
    path = folder / name
    try:
        text = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SettingsError(f"The secret {path} cannot be read: {error.strerror}.") from None
    if not text:
        raise SettingsError(f"The secret {path} is empty; remove it to have a new one made.")
    return text
