"""Runs a built image as it would be run, and says what it found; knows processes and HTTP, not how images are made."""

import http.client
import json
import os
import shlex
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

PATIENCE_SECONDS: Final = 60
HALF_A_REQUEST_SECONDS: Final = 0.5
PAGES: Final = ("/docs", "/reference", "/v1/checklists", "/v1/design-schema", "/openapi.json", "/readyz", "/metrics")
TOOLS: Final = ("gcc", "cc", "ld", "as", "make", "pip", "pip3", "git", "curl", "wget")

# The root for reading only but for /data and /keys, a process tree of its own, no capability to be had in any way.
SANDBOX: Final = """
set -eu
mount --make-rprivate /
mount --bind "$FILES" "$FILES"
mount --bind "$DATA" "$FILES/data"
mount --bind "$KEYS" "$FILES/keys"
mount -t proc -o nosuid,nodev,noexec proc "$FILES/proc"
mount -o remount,bind,ro "$FILES"
exec chroot "$FILES" setpriv --reuid "$OWNER" --regid "$GROUP" --clear-groups --bounding-set=-all --inh-caps=-all \
    --ambient-caps=-all --no-new-privs env --ignore-environment "$@"
"""
WRITES: Final = """
import errno, os
for place in ("/", "/tmp", "/etc", "/goodoffices"):
    try:
        open(os.path.join(place, "mine"), "w").close()
    except OSError as refused:
        print(place, errno.errorcode[refused.errno])
    else:
        print(place, "written")
"""


KEY: Final = "export GOODOFFICES_KEY="

Settings = Mapping[str, str]


@dataclass(frozen=True)
class Volumes:
    """Where a container keeps what outlives it."""

    data: Path
    keys: Path


@dataclass(frozen=True)
class Trial:
    """An image to be tried."""

    configuration: dict[str, Any]  # what the image says of itself
    files: Path  # where its files are mounted
    container: str  # a container of it
    in_container: tuple[str, ...]  # the command that runs something in that container, up to its options
    design: Path  # a design to post

    @property
    def owner(self) -> tuple[int, int]:
        """The user and the group that the image runs as."""
        user, group = str(self.configuration["User"]).split(":")
        return int(user), int(group)

    @property
    def posted(self) -> dict[str, Any]:
        """That design."""
        read: dict[str, Any] = json.loads(self.design.read_bytes())
        return read

    @property
    def command(self) -> list[str]:
        """What it does when it is told nothing else."""
        return [*self.configuration["Entrypoint"], *self.configuration["Cmd"]]

    def plain(self, volumes: Volumes, given: Settings, command: Sequence[str]) -> list[str]:
        """Runs something as a container usually runs."""
        user, group = self.owner
        options = ("--user", f"{user}:{group}", *(word for pair in _pairs(given) for word in ("--env", pair)))
        mounts = ("--volume", f"{volumes.data}:/data", "--volume", f"{volumes.keys}:/keys")
        return [*self.in_container, *options, *mounts, self.container, "--", *command]

    def confined(self, volumes: Volumes, given: Settings, command: Sequence[str]) -> list[str]:
        """Runs something with a root that cannot be written, and without any capability."""
        user, group = map(str, self.owner)
        places = (f"FILES={self.files}", f"DATA={volumes.data}", f"KEYS={volumes.keys}")
        known = (*places, f"OWNER={user}", f"GROUP={group}")
        alone = ("unshare", "--mount", "--pid", "--ipc", "--uts", "--fork", "--kill-child")
        variables = [*self.configuration["Env"], *_pairs(given)]
        return ["env", *known, *alone, "sh", "-c", SANDBOX, "sandbox", *variables, *command]


Way = Callable[[Volumes, Settings, Sequence[str]], list[str]]


@dataclass
class Running:
    """The service in a container, and the key that somebody has who asks it."""

    process: subprocess.Popen[bytes]
    port: int
    key: str = ""

    @property
    def pid(self) -> int:
        """The service's own process: the last of the line that began with the container's."""
        pid = self.process.pid
        while children := _children(pid):
            pid = children[0]
        return pid

    def status(self) -> dict[str, str]:
        """What the kernel knows of it."""
        lines = Path(f"/proc/{self.pid}/status").read_text(encoding="utf-8").splitlines()
        return dict(line.split(":\t", 1) for line in lines if ":\t" in line)

    def processor_seconds(self) -> float:
        """How long it has computed, which says more than the clock on a busy machine."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def ask(self, method: str, path: str, body: Any = None, accept: str = "*/*") -> tuple[int, dict[str, str], bytes]:
        """Status, fields and content of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        content = None if body is None else json.dumps(body)
        fields_sent = {"Accept": accept, "Content-Type": "application/json", "Authorization": f"Bearer {self.key}"}
        connection.request(method, path, content, fields_sent)
        answer = connection.getresponse()
        fields = {name.lower(): value for name, value in answer.getheaders()}
        content_back = answer.read()
        connection.close()
        return answer.status, fields, content_back

    def stop(self) -> tuple[float, int]:
        """Ask it to end; the seconds that it took, and its exit code."""
        began = time.monotonic()
        os.kill(self.pid, signal.SIGTERM)
        code = self.process.wait(PATIENCE_SECONDS)
        return time.monotonic() - began, code

    def stop_amid(self, path: str, body: Any) -> tuple[int, float, int]:
        """Ask it to end while half of a request is there; the status of the answer, the seconds, and its exit code."""
        content = json.dumps(body).encode()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        connection.putrequest("POST", path)
        for name, value in (("Authorization", f"Bearer {self.key}"), ("Content-Type", "application/json")):
            connection.putheader(name, value)
        connection.putheader("Content-Length", str(len(content)))
        connection.endheaders(content[:100])
        time.sleep(HALF_A_REQUEST_SECONDS)
        began = time.monotonic()
        os.kill(self.pid, signal.SIGTERM)
        time.sleep(HALF_A_REQUEST_SECONDS)
        connection.send(content[100:])
        status = connection.getresponse().status
        code = self.process.wait(PATIENCE_SECONDS)
        return status, time.monotonic() - began, code


class Findings:
    """What was tried, each with how it went; printed as it comes."""

    def __init__(self) -> None:
        self.failed = 0

    def figure(self, name: str, value: str) -> None:
        """A number to know."""
        print(f"{name:34} {value}", flush=True)

    def expect(self, name: str, what: object, wanted: object) -> None:
        """Something that must be so."""
        good = what == wanted
        self.failed += not good
        self.figure(name, str(what) if good else f"{what}, not {wanted}: FAILED")


def listening_at(port: int) -> Settings:
    """The setting that says so."""
    return {"GOODOFFICES_PORT": str(port)}


def _pairs(given: Settings) -> list[str]:
    return [f"{name}={value}" for name, value in given.items()]


def _children(pid: int) -> list[int]:
    """The processes that any thread of a process has started."""
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for children in lists for child in children.read_text(encoding="ascii").split()]


def try_image(trial: Trial, findings: Findings) -> None:
    """Run it in both ways on the same data."""
    _look_at(trial, findings)
    with tempfile.TemporaryDirectory() as folder:
        volumes = Volumes(Path(folder) / "data", Path(folder) / "keys")
        Path(folder).chmod(0o711)
        for place in (volumes.data, volumes.keys):
            place.mkdir(mode=0o700)
            os.chown(place, *trial.owner)
        findings.figure("-- as a container usually runs", "")
        made, key = _try_running(trial, trial.plain, volumes, findings)
        findings.figure("-- read-only root, no capability", "")
        _try_writing(trial, volumes, findings)
        _try_running(trial, trial.confined, volumes, findings, made, key)


def _look_at(trial: Trial, findings: Findings) -> None:
    whole, ours = size_of(trial.files), size_of(trial.files / "goodoffices")
    findings.figure("image size, unpacked", f"{whole / 1e6:.0f} MB, {ours / 1e6:.0f} MB of it ours")
    folders = [trial.files / place for place in ("bin", "usr/bin", "usr/local/bin", "goodoffices/bin")]
    found = [name for name in TOOLS for folder in folders if (folder / name).exists()]
    findings.expect("tools for building in it", found, [])
    raised = [p for p in trial.files.rglob("*") if p.is_file() and not p.is_symlink() and p.stat().st_mode & 0o6000]
    findings.expect("files that raise rights", raised, [])
    said = json.dumps(trial.configuration)
    findings.expect("words of the builder's in it", [word for word in ("PIP_", "/run/secrets") if word in said], [])
    texts = trial.files / "usr/share/doc"
    bare = [line for line in _packages(trial.files) if not (texts / line / "copyright").exists()]
    findings.expect("Debian's packages without their terms", bare, [])


def _packages(files: Path) -> list[str]:
    """The packages that a base of Debian's says it has."""
    status = files / "var/lib/dpkg/status"
    lines = status.read_text(encoding="utf-8").splitlines() if status.exists() else []
    return [line.removeprefix("Package: ") for line in lines if line.startswith("Package: ")]


def _try_running(
    trial: Trial,
    way: Way,
    volumes: Volumes,
    findings: Findings,
    made: str | None = None,
    key: str = "",
) -> tuple[str, str]:
    """Start, post, read, stop. The address of what was posted, and the API key that the first start has shown."""
    port = free_port()
    given = listening_at(port)
    with started(way(volumes, given, trial.command), port, key) as (running, seconds):
        findings.figure("first answer", f"{seconds:.2f} s, {running.processor_seconds():.2f} s of processor time")
        _look_at_process(trial, running, findings, confined=way == trial.confined)
        if made:
            findings.expect("what was posted before", _read_back(trial, running, made), "read back")
        made = _post(trial, running, findings)
        findings.expect("read back", _read_back(trial, running, made), "read back")
        for path in (*PAGES, *_assets(running), f"{made}/feedback"):
            findings.expect(f"GET {path.replace(made, '<made>')}", running.ask("GET", path)[0], 200)
        for kind in ("text/html", "text/markdown"):
            status, fields, _ = running.ask("GET", f"{made}/feedback", accept=kind)
            findings.expect(f"the report as {kind}", (status, fields["content-type"].split(";")[0]), (200, kind))
        healthy = way(volumes, given, trial.configuration["Healthcheck"]["Test"][1:])
        findings.expect("health check while it runs", _code(healthy), 0)
        _stop(trial, running, findings)
        left = {place.name: sorted(path.name for path in place.iterdir()) for place in (volumes.data, volumes.keys)}
        findings.expect("left in /data", left["data"], ["goodoffices.db", "keys.db"])
        findings.expect("left in /keys", left["keys"], ["master.keys"])
        findings.expect("health check once it is stopped", _code(healthy), 1)
    return made, running.key


def _stop(trial: Trial, running: Running, findings: Findings) -> None:
    alone = "NSpid" in running.status() and running.status()["NSpid"].split()[-1] == "1"
    status, seconds, code = running.stop_amid("/v1/initiatives", {"design": trial.posted})
    findings.expect("answer to half a request at SIGTERM", status, 201)
    findings.figure("stopped in", f"{seconds:.2f} s, {HALF_A_REQUEST_SECONDS} s of it the client's")
    if alone:  # as in Docker; else the runtime tells a signal that was passed on in its own way
        findings.expect("exit code as the first process", code, 0)


def _look_at_process(trial: Trial, running: Running, findings: Findings, *, confined: bool) -> None:
    status = running.status()
    findings.figure("memory", f"{int(status['VmRSS'].split()[0]) / 1000:.0f} MB")
    findings.expect("user and group", (status["Uid"].split()[1], status["Gid"].split()[1]), _texts(trial.owner))
    findings.expect("capabilities", int(status["CapEff"], 16), 0)
    if confined:
        sets = ("CapInh", "CapPrm", "CapBnd", "CapAmb")
        findings.expect(
            "capabilities to be had in any way", {name: int(status[name], 16) for name in sets}, dict.fromkeys(sets, 0)
        )
        findings.expect("new rights are out of reach", status["NoNewPrivs"], "1")


def _texts(numbers: tuple[int, int]) -> tuple[str, str]:
    return str(numbers[0]), str(numbers[1])


def _post(trial: Trial, running: Running, findings: Findings) -> str:
    status, fields, _ = running.ask("POST", "/v1/initiatives", {"design": trial.posted})
    findings.expect("POST /v1/initiatives", status, 201)
    return fields["location"]


def _read_back(trial: Trial, running: Running, made: str) -> str:
    status, _, content = running.ask("GET", made)
    return "read back" if status == 200 and json.loads(content)["design"]["title"] == trial.posted["title"] else "lost"


def _assets(running: Running) -> list[str]:
    """What the page of the documentation loads from us."""
    page = running.ask("GET", "/docs", accept="text/html")[2].decode()
    words = page.replace("'", '"').split('"')
    return sorted({word for word in words if word.startswith("/static/")})


def _try_writing(trial: Trial, volumes: Volumes, findings: Findings) -> None:
    done = subprocess.run(
        trial.confined(volumes, {}, ["python", "-c", WRITES]), check=True, stdout=subprocess.PIPE, text=True
    )
    findings.expect("writing elsewhere", set(done.stdout.split()[1::2]), {"EROFS"})


def _code(command: Sequence[str]) -> int:
    return subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode


@contextmanager
def started(command: Sequence[str], port: int, key: str) -> Iterator[tuple[Running, float]]:
    """The service from its first answer on, and the seconds until then; ended afterwards, however it went.

    Without a key it is the first start, which shows one.
    """
    began = time.monotonic()
    with (
        tempfile.TemporaryFile() as words,
        tempfile.TemporaryFile() as terminal,
        subprocess.Popen(command, stdout=terminal, stderr=words) as process,
    ):
        running = Running(process, port, key)
        try:
            while not answers(running):
                if process.poll() is not None or time.monotonic() - began > PATIENCE_SECONDS:
                    words.seek(0)
                    raise RuntimeError(f"{shlex.join(command)} gave no answer: {words.read().decode()}")
                time.sleep(0.01)
            terminal.seek(0)
            running.key = key or terminal.read().decode().partition(KEY)[2].split()[0]
            yield running, time.monotonic() - began
        finally:
            if process.poll() is None:
                os.kill(running.pid, signal.SIGKILL)


def answers(running: Running) -> bool:
    """Whether it lives already."""
    try:
        return running.ask("GET", "/livez")[0] == 200
    except OSError:
        return False


def size_of(folder: Path) -> int:
    """How many bytes the files under a folder hold."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file() or path.is_symlink())


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
