"""The embedded PostgreSQL server: initialise, start, stop, status.

One cluster per state folder (`<server_home>/pg`), on 127.0.0.1 and a port of its own, with scram-sha-256 and a generated
password for `postgres` in a 0600 file. What is left behind by a crash or a reboot of the machine is recognised:

- A lock file's lock is inherited by every process of the server, so it is held exactly as long as one of them lives,
  and other containers on the same folder see it too. Where it is free, `postmaster.pid` is stale, whoever has its
  process id by now.
- A server counts as running when the process named in `postmaster.pid` is a `postgres` working in our data folder, and
  as ready when a connection with our password succeeds.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import signal
import socket
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg

from warehouse import server_config
from warehouse.errors import ServerError
from warehouse.secrets import secret
from warehouse.server_account import Account, account_for_existing, account_for_new
from warehouse.server_processes import end_orphans, has_ended, postmaster
from warehouse.server_programs import Programs, programs
from warehouse.settings import Settings, make_private_folder

# A new cluster gets the locale provider `builtin`, the same on every machine; it came with this major.
OLDEST_NEW = 17
ADMIN = "postgres"
# Below Linux's range for outgoing connections (32768 up), so that a remembered port stays free.
FIRST_PORT, PORTS = 25000, 5000
MIN_FREE_DISK = 256 * server_config.MB
RECOVERY_SECONDS = 900


@dataclass(frozen=True)
class ServerStatus:
    """What is known of the server from outside."""

    is_running: bool
    is_ready: bool
    pid: int | None
    port: int | None
    data: Path
    log_folder: Path
    version: str | None  # of the server that answers


class EmbeddedServer:
    """The embedded server of one state folder. Methods may be called from several processes at once."""

    def __init__(self, settings: Settings, extra: Mapping[str, str] | None = None) -> None:
        """`extra` adds or replaces PostgreSQL settings at the next start, as do the lines of
        `<server_home>/postgresql.extra.conf` where that file exists."""
        self.settings = settings
        self.extra = dict(extra or {})
        self.folder = settings.server_home / "pg"

    # ------------------------------------------------------------------------------------------------ what is where
    @property
    def cluster(self) -> Path:
        """The folder of data and logs: `folder`, or where the account `nobody` keeps them (see server_account)."""
        try:
            return Path((self.folder / "location").read_text(encoding="utf-8").strip())
        except FileNotFoundError:
            return self.folder

    @property
    def data(self) -> Path:
        return self.cluster / "data"

    @property
    def log_folder(self) -> Path:
        return self.cluster / "log"

    @property
    def port(self) -> int | None:
        """The port of this server, remembered from start to start; None before the first."""
        return remembered_port(self.settings)

    def log_text(self) -> str:
        """Everything in the server's logs, for tests and for support."""
        files = sorted(self.log_folder.glob("*.log"), key=lambda path: path.stat().st_mtime)
        return "".join(path.read_text(encoding="utf-8", errors="replace") for path in files)

    def status(self) -> ServerStatus:
        process = postmaster(self.data)
        port = self.port
        trouble, version = self._trial_connection(port) if process and port else ("down", None)
        return ServerStatus(
            is_running=process is not None,
            is_ready=trouble is None,
            pid=process.pid if process else None,
            port=port,
            data=self.data,
            log_folder=self.log_folder,
            version=version,
        )

    @property
    def was_stopped(self) -> bool:
        """Whether it does not run because it was ended in order: a crash leaves its process file behind."""
        return postmaster(self.data) is None and not (self.data / "postmaster.pid").exists()

    # ------------------------------------------------------------------------------------------------ start and stop
    def start(self) -> None:
        """Bring the server up; returns at once where it runs. Recovers from a crash first where there was one.

        Raises ServerError or SettingsError, each with one sentence that says what is in the way.
        """
        make_private_folder(self.settings.server_home)
        make_private_folder(self.folder)
        with self._one_at_a_time():
            for _ in range(3):
                if postmaster(self.data) is None:
                    self._start_stopped()
                # A server that was seen running may have been in the act of dying: then it is started anew.
                if self._wait_until_ready():
                    return
        raise ServerError(f"PostgreSQL in {self.data} ends each time it has started; look into {self.log_folder}.")

    def stop(self, timeout: float = 60) -> bool:
        """End the server: sessions are cut, data is checkpointed. Returns whether one was running.

        After `timeout` seconds it is ended without a checkpoint, which costs a recovery at the next start, no data.
        """
        if not self.folder.is_dir():
            return False
        with self._one_at_a_time():
            process = postmaster(self.data)
            if process is None:
                return False
            for stop_signal, seconds in ((signal.SIGINT, timeout), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0)):
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.send_signal(stop_signal)
                if has_ended(process, seconds):
                    return True
            raise ServerError(f"PostgreSQL (process {process.pid}) did not end; look into {self.log_folder}.")

    # ------------------------------------------------------------------------------------------------------ inside
    def _start_stopped(self) -> None:
        """Start a server that does not run: initialise the cluster if need be, clear what a crash left, launch."""
        self._check_disk()
        found = programs(self.settings.pg_bin)
        if (self.data / "PG_VERSION").exists():
            version = (self.data / "PG_VERSION").read_text().strip()
            if version != str(found.major):
                raise ServerError(
                    f"The database in {self.data} is of PostgreSQL {version}, the programs in {found.folder} are of"
                    f" {found.version}; name those of PostgreSQL {version} in LONGCANG_PG_BIN, or dump it with their"
                    " pg_dump and restore it into a new LONGCANG_HOME."
                )
            account = account_for_existing(self.data, found)
        else:
            account = self._initialise(found)
        with self._cluster_lock() as lock:
            end_orphans(self.data)
            # Nobody holds the lock and no process works in the folder: the file is a leftover.
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            for attempt in range(5):
                port = self._choose_port(attempt)
                self._configure(account, port)
                if self._launch(account, port, lock):
                    return
        raise ServerError("No free port was found for the database on 127.0.0.1; set LONGCANG_PG_PORT to one.")

    def _check_disk(self) -> None:
        free = shutil.disk_usage(self.folder).free
        if free < MIN_FREE_DISK:
            raise ServerError(
                f"The disk of {self.folder} has {free // server_config.MB} MB left; the database needs at least"
                f" {MIN_FREE_DISK // server_config.MB} MB to start."
            )

    def _initialise(self, found: Programs) -> Account:
        """Create the cluster beside its place and rename it: an interrupted initdb leaves nothing half-made."""
        if found.major < OLDEST_NEW:
            raise ServerError(
                f"The programs in {found.folder} are of PostgreSQL {found.version}; a new database needs"
                f" {OLDEST_NEW} or newer."
            )
        account, cluster = account_for_new(self.folder, found)
        if cluster != self.folder:
            server_config.write_atomically(self.folder / "location", f"{cluster}\n")
        new, password_file = cluster / f"new-{os.getpid()}", cluster / f".password-{os.getpid()}"
        for leftover in cluster.glob("new-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        server_config.write_atomically(password_file, secret(self.settings.server_secrets_dir, ADMIN) + "\n")
        account.give(password_file)
        try:
            done = account.run(
                "initdb", "--pgdata", str(new), "--username", ADMIN, "--pwfile", str(password_file),
                "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8", "--data-checksums", "--no-instructions",
            )  # fmt: skip
            if done.returncode != 0:
                raise ServerError(f"The database could not be created in {cluster}: {_reason(done.stdout)}")
            with open(new / "postgresql.conf", "a", encoding="utf-8") as file:
                file.write("\ninclude = 'longcang.conf'\n")
            os.rename(new, cluster / "data")
        finally:
            password_file.unlink(missing_ok=True)
            shutil.rmtree(new, ignore_errors=True)
        return account

    def _configure(self, account: Account, port: int) -> None:
        settings = server_config.server_settings(
            port=port,
            logs=self.log_folder,
            memory=server_config.machine_memory(),
            free_disk=shutil.disk_usage(self.data).free,
            extra=self.extra,
        )
        text = server_config.render(settings)
        own = self.settings.server_home / "postgresql.extra.conf"
        if own.exists():
            text += own.read_text(encoding="utf-8")
        self.log_folder.mkdir(mode=0o700, exist_ok=True)
        account.give(self.log_folder)
        for path, content in ((self.data / "longcang.conf", text), (self.data / "pg_hba.conf", server_config.HBA)):
            server_config.write_atomically(path, content)
            account.give(path)
        server_config.write_atomically(self.folder / "port", f"{port}\n")

    def _launch(self, account: Account, port: int, lock: int) -> bool:
        """Start the server and wait for recovery. False where another program was quicker to take the port."""
        start_log = self.cluster / "start.log"
        start_log.unlink(missing_ok=True)
        done = account.run(
            "pg_ctl", "start", "--pgdata", str(self.data), "--log", str(start_log), "--silent", "--wait",
            "--timeout", str(RECOVERY_SECONDS), timeout=RECOVERY_SECONDS + 60, keep_open=lock,
            memory=server_config.session_memory(server_config.machine_memory()),
        )  # fmt: skip
        if done.returncode == 0:
            return True
        said = start_log.read_text(errors="replace") if start_log.exists() else done.stdout
        said += self.log_text()[-4000:]
        if "could not bind" in said or "could not create any TCP/IP sockets" in said:
            if self.settings.pg_port:
                raise _port_taken(port)
            return False
        raise ServerError(f"PostgreSQL did not start: {_reason(said)} (log: {start_log})")

    def _choose_port(self, attempt: int) -> int:
        """The asked port, the remembered one, or the first free one from a start that the folder decides."""
        asked = self.settings.pg_port
        if asked:
            if not is_port_free(asked):
                raise _port_taken(asked)
            return asked
        remembered = self.port
        if attempt == 0 and remembered and is_port_free(remembered):
            return remembered
        start = int(hashlib.sha256(os.fsencode(self.folder)).hexdigest(), 16)
        for step in range(attempt, PORTS):
            port = FIRST_PORT + (start + step) % PORTS
            if is_port_free(port):
                return port
        raise ServerError(f"No port between {FIRST_PORT} and {FIRST_PORT + PORTS} is free on 127.0.0.1.")

    def _wait_until_ready(self) -> bool:
        """Wait until a connection with our password succeeds (recovery after a crash takes its time).

        False where the server ended meanwhile.
        """
        deadline = time.monotonic() + RECOVERY_SECONDS
        while True:
            port = self.port
            if port is None:
                raise ServerError(f"{self.folder / 'port'} is missing; stop the process that works in {self.data}.")
            trouble, _ = self._trial_connection(port)
            if trouble is None:
                return True
            if "password authentication failed" in trouble:
                raise ServerError(
                    f"The database in {self.data} runs, but the password in {self.settings.server_secrets_dir / ADMIN}"
                    " is not the one it was made with; put that file back."
                )
            if postmaster(self.data) is None:
                return False
            if time.monotonic() > deadline:
                raise ServerError(f"PostgreSQL in {self.data} does not answer: {trouble} (logs: {self.log_folder})")
            time.sleep(0.1)

    def _trial_connection(self, port: int) -> tuple[str | None, str | None]:
        """What is wrong with a connection as `postgres` to our data folder, or None and the server's version."""
        try:
            with psycopg.connect(
                host="127.0.0.1", port=port, user=ADMIN, dbname="postgres", connect_timeout=5,
                password=secret(self.settings.server_secrets_dir, ADMIN),
            ) as connection:  # fmt: skip
                found = connection.execute("show data_directory").fetchone()
                version = connection.info.parameter_status("server_version")
        except psycopg.Error as error:
            return str(error).strip().splitlines()[-1], None
        if found is None or os.path.realpath(found[0]) != os.path.realpath(self.data):
            return f"port {port} is answered by another server", None
        return None, version

    @contextlib.contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        """Hold the lock under which the server is started and stopped; two commands at once take turns."""
        try:
            descriptor = os.open(self.folder / "start.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise ServerError(f"The folder {self.folder} cannot be written: {error.strerror}.") from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    @contextlib.contextmanager
    def _cluster_lock(self) -> Iterator[int]:
        """The lock that the server's processes inherit; ServerError where one of them, somewhere, still holds it."""
        descriptor = os.open(self.folder / "cluster.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            deadline = time.monotonic() + 15
            while True:
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    end_orphans(self.data)
                    if time.monotonic() > deadline:
                        raise ServerError(
                            f"The database in {self.data} is in use by a server outside this container or machine's"
                            " view; stop it there, or give this project a LONGCANG_HOME of its own."
                        ) from None
                    time.sleep(0.1)
            yield descriptor
        finally:
            os.close(descriptor)


def remembered_port(settings: Settings) -> int | None:
    """The port of the embedded server of these settings, or None where it never started."""
    try:
        return int((settings.server_home / "pg" / "port").read_text())
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None


def is_port_free(port: int) -> bool:
    """Whether a server could listen on 127.0.0.1:`port` now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as PostgreSQL does: TIME_WAIT is no hindrance
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _port_taken(port: int) -> ServerError:
    return ServerError(f"Port {port} on 127.0.0.1 is taken by another program; free it or change LONGCANG_PG_PORT.")


def _reason(text: str) -> str:
    """The one line of PostgreSQL's output that says why, with a plain sentence for the usual cases."""
    for sign, sentence in (
        ("No space left on device", "the disk is full."),
        ("Permission denied", "a file or folder of it may not be read or written by this user."),
        ("Read-only file system", "the file system is read-only."),
        ("could not map anonymous shared memory", "there is not enough memory for shared_buffers."),
    ):
        if sign in text:
            return sentence
    # Without the time and process id that the log's lines begin with.
    lines = [re.sub(r"^.*?\b(LOG|FATAL|PANIC|ERROR|HINT): +", r"\1: ", line.strip()) for line in text.splitlines()]
    for signs in (
        ("unrecognized configuration", "invalid value for parameter"),
        ("FATAL", "PANIC", "error:", "ERROR"),
        ("",),
    ):
        telling = [line for line in lines if line and any(sign in line for sign in signs)]
        if telling:
            return telling[-1]
    return "it gave no reason."
