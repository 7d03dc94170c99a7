"""The key of the tokens: from the environment, or from a 0600 file of this warehouse, made on first use."""

from __future__ import annotations

import os
from pathlib import Path

from warehouse.secrets import secret

VARIABLE = "LONGCANG_TOKEN_KEY"
FILE = "token_key"


def token_key(secrets_dir: Path) -> bytes:
    """The key: LONGCANG_TOKEN_KEY where it is set (16 characters or more), else the file `token_key`.

    Raises:
        ValueError: the variable is set but too short. SettingsError: the file cannot be read or made.
    """
    given = os.environ.get(VARIABLE)
    if given:
        if len(given) < 16:
            raise ValueError(f"{VARIABLE} is shorter than 16 characters")
        return given.encode()
    return secret(secrets_dir, FILE).encode()
