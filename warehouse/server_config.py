"""Configuration of the embedded server: fit for bulk loading on this machine's memory, crash safety untouched.

fsync, full_page_writes and synchronous_commit stay on: what was committed survives a power cut. Speed comes from
memory, from few and large checkpoints, and from compressed WAL.

No personal data reaches the log: statements, their parameters and error messages (which quote values) are not logged
at all (`log_min_messages = log` leaves lock waits, checkpoints and what ends a session or the server); the client
gets each error in full.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import psutil

MB = 1024 * 1024
GB = 1024 * MB

HBA = """\
# Written by longcang at each start. Passwords only, this machine only.
# TYPE  DATABASE  USER  ADDRESS         METHOD
host    all       all   127.0.0.1/32    scram-sha-256
"""


def machine_memory() -> int:
    """Bytes of memory that this process may use: the machine's, or the container's limit where that is lower."""
    total = int(psutil.virtual_memory().total)
    for limit_file in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            limit = int(Path(limit_file).read_text())
        except (OSError, ValueError):
            continue
        total = min(total, limit)
    return total


def _clamp(value: int, low: int, high: int) -> str:
    return f"{max(low, min(value, high)) // MB}MB"


def session_memory(memory: int) -> int:
    """Bytes that one process of the server may have beside the shared buffers, of `memory` on the machine.

    A session may set its `work_mem` as it likes, or make values of any size. Without a limit the kernel would end a
    process for want of memory, and with it the server, every other session and the night; so the one gets an error.
    """
    return max(256 * MB, memory // 12)


def scaled(memory: int, free_disk: int) -> dict[str, str]:
    """Settings that depend on the machine: `memory` and `free_disk` in bytes.

    A fifth of the memory for shared buffers leaves room for the readers of workbooks, dbt and Airflow beside it. The
    WAL may take a twentieth of the free disk, so that a small disk is not filled by it.
    """
    return {
        "shared_buffers": _clamp(memory // 5, 64 * MB, 4 * GB),
        "effective_cache_size": _clamp(memory // 2, 128 * MB, 64 * GB),
        "work_mem": _clamp(memory // 320, 4 * MB, 128 * MB),
        "maintenance_work_mem": _clamp(memory // 24, 16 * MB, 1 * GB),
        "max_wal_size": _clamp(free_disk // 20, 512 * MB, 8 * GB),
    }


def server_settings(
    *, port: int, logs: Path, memory: int, free_disk: int, extra: Mapping[str, str] | None = None
) -> dict[str, str]:
    """All settings of the embedded server; `extra` wins (tests want `log_lock_waits`, `deadlock_timeout`)."""
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        # No socket: its path may be too long (107 bytes) in a deep folder, and TCP is needed anyway.
        "unix_socket_directories": "",
        "password_encryption": "scram-sha-256",
        "max_connections": "200",
        # For owner, build and Airflow: what readers take cannot keep the night out (`limits`).
        "reserved_connections": "80",
        "authentication_timeout": "15s",
        # Whoever may connect may send notices, which nobody here reads: a queue of 8 MB in place of 8 GB on disk.
        "max_notify_queue_pages": "1024",
        **scaled(memory, free_disk),
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "wal_compression": "pglz",
        "wal_buffers": "16MB",
        "min_wal_size": "256MB",
        "checkpoint_timeout": "15min",
        "checkpoint_completion_target": "0.9",
        "random_page_cost": "1.1",
        # Some dozens of queries a night, each over little data: compiling them costs more than it gives.
        "jit": "off",
        "max_locks_per_transaction": "256",
        "timezone": "Asia/Shanghai",
        "log_timezone": "Asia/Shanghai",
        "lc_messages": "C",
        "client_encoding": "UTF8",
        "default_text_search_config": "pg_catalog.simple",
        "logging_collector": "on",
        "log_destination": "stderr",
        "log_directory": str(logs),
        # A file per weekday, overwritten after a week: the log cannot fill the disk.
        "log_filename": "postgresql-%a.log",
        "log_truncate_on_rotation": "on",
        "log_rotation_age": "1d",
        "log_rotation_size": "0",
        "log_file_mode": "0600",
        "log_line_prefix": "%m [%p] %u@%d ",
        "log_min_messages": "log",
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "log_statement": "none",
        "log_min_duration_statement": "-1",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
        "log_checkpoints": "on",
    }
    # Containers often give 64 MB of /dev/shm, too little for a parallel query: then shared memory is a mapped file.
    if Path("/dev/shm").is_dir() and shutil.disk_usage("/dev/shm").total < 512 * MB:
        settings["dynamic_shared_memory_type"] = "mmap"
    settings.update(extra or {})
    return settings


def render(settings: Mapping[str, str]) -> str:
    """The text of a PostgreSQL configuration file."""
    lines = ["# Written by longcang at each start; changes here are lost."]
    for name, value in settings.items():
        quoted = str(value).replace("\\", "\\\\").replace("'", "''")
        lines.append(f"{name} = '{quoted}'")
    return "\n".join(lines) + "\n"


def write_atomically(path: Path, text: str, mode: int = 0o600) -> None:
    """Replace `path` by `text` so that a crash leaves either the old file or the new one, never half of one.

    Written by root into a folder of somebody else, it is that somebody's.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        folder = path.parent.stat()
        if os.geteuid() == 0 and folder.st_uid != 0:
            os.chown(temporary, folder.st_uid, folder.st_gid)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
