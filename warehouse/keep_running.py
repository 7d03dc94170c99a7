"""What runs as one of Airflow's parts: ``python -m warehouse.keep_running <name> <command…>``.

Airflow's scheduler, triggerer and DAG processor end where their database is away for a second, and nothing of Airflow
starts them again: every later night would be missing. So this process starts the command, starts it again when it ends by
itself (the embedded database first, where that is what has ended), and hands on the signal to end.

A command that ends within its first seconds has never worked: that is left to who started it.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from datetime import datetime
from types import FrameType

from warehouse.dbt_process import ask_to_die_with_parent

FIRST_SECONDS = 10.0
SHORTEST_PAUSE, LONGEST_PAUSE = 1.0, 30.0


class _Stop(Exception):
    """Somebody asked this process to end."""


def keep_running(name: str, command: list[str]) -> int:
    """Run the command until somebody ends this process; gives the status to end with."""

    def stop(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once is enough; the child is waited for
        raise _Stop

    signal.signal(signal.SIGTERM, stop)
    pause, is_first, child = SHORTEST_PAUSE, True, None
    try:
        while True:
            began = time.monotonic()
            # Killed with this process: a second scheduler beside the one that `longcang up` starts would do harm.
            child = subprocess.Popen(command, stdin=subprocess.DEVNULL, preexec_fn=ask_to_die_with_parent)
            status = child.wait()
            lived = time.monotonic() - began
            if is_first and lived < FIRST_SECONDS:
                return status if status > 0 else 1
            is_first = False
            pause = SHORTEST_PAUSE if lived >= FIRST_SECONDS else min(2 * pause, LONGEST_PAUSE)
            _say(f"Airflow's {name} ended by itself ({_how(status)}); it is started again in {pause:.0f} s.")
            time.sleep(pause)
            _bring_back_the_database()
    except _Stop:
        if child is not None and child.poll() is None:
            child.terminate()
            child.wait()
        return 0


def _bring_back_the_database() -> None:
    """Start the embedded server where it does not run; whatever is in the way is said, and tried again next time."""
    from warehouse.errors import LongcangError
    from warehouse.server import EmbeddedServer
    from warehouse.settings import Settings

    try:
        settings = Settings.load()
        if settings.is_embedded:
            EmbeddedServer(settings).start()
    except (LongcangError, OSError) as error:
        _say(f"The database does not start: {error}")


def _how(status: int) -> str:
    return f"killed by signal {-status}" if status < 0 else f"status {status}"


def _say(text: str) -> None:
    print(f"{datetime.now():%Y-%m-%d %H:%M:%S} {text}", flush=True)


def main() -> None:
    sys.exit(keep_running(sys.argv[1], sys.argv[2:]))


if __name__ == "__main__":
    main()
