"""Builds the image without a Docker daemon and tries it for real; knows buildah and Linux, nothing of the product."""

import argparse
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parents[1]))

from tools.composition_trial import try_composition
from tools.image_layers import layers_of, secrets_in
from tools.image_starts import compare_starts
from tools.image_trial import Findings, Trial, try_image

ROOT: Final = Path(__file__).parents[1]
IMAGE: Final = "localhost/goodoffices"
BASE: Final = "localhost/goodoffices-base"
BUILD_BASE: Final = "localhost/goodoffices-build-base"
SUITE: Final = "bookworm"  # its Python is the 3.11 of the Dockerfile's own base
NEEDED: Final = ("buildah", "debootstrap", "unshare", "tar")
PASSED_ON: Final = ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL")
AUTHORITY_IN_BUILD: Final = "/run/secrets/ca"
# What a slim image of Debian leaves out too.
LEFT_OUT: Final = ("./dev/*", "./proc/*", "./sys/*", "./var/cache/apt/*", "./var/lib/apt/lists/*", "./var/log/*")
LEFT_OUT_TEXTS: Final = ("./usr/share/man/*", "./usr/share/locale/*", "./usr/share/info/*")
TERMS: Final = "copyright"  # the one text of each package that goes with it


@dataclass(frozen=True)
class Builder:
    """buildah with a store of its own under a folder, so that nothing of the machine's is touched."""

    work: Path

    def command(self, *arguments: str) -> list[str]:
        """The whole command line."""
        storage = ("--root", str(self.work / "storage"), "--runroot", str(self.work / "run"))
        return ["buildah", *storage, "--storage-driver", "vfs", *arguments]

    def run(self, *arguments: str) -> None:
        """Carry it out; its words go to standard error."""
        subprocess.run(self.command(*arguments), check=True, stdout=sys.stderr)

    def ask(self, *arguments: str) -> str:
        """Carry it out, and what it answers."""
        return subprocess.run(self.command(*arguments), check=True, stdout=subprocess.PIPE, text=True).stdout.strip()

    def has(self, image: str) -> bool:
        """Whether the store holds an image."""
        return bool(self.ask("images", "--quiet", "--filter", f"reference={image}"))

    @contextmanager
    def container(self, image: str) -> Iterator[str]:
        """A container of an image, gone afterwards."""
        name = self.ask("from", "--pull-never", image)
        try:
            yield name
        finally:
            self.ask("rm", name)

    @contextmanager
    def mounted(self, container: str) -> Iterator[Path]:
        """The files of a container, let go afterwards."""
        folder = Path(self.ask("mount", container))
        try:
            yield folder
        finally:
            self.ask("umount", container)

    def configuration(self, image: str) -> dict[str, Any]:
        """What the image says of itself: user, environment, commands, history."""
        inspected = json.loads(self.ask("inspect", "--type", "image", image))["Docker"]
        return {**inspected["config"], "history": inspected["history"]}


def make_bases(builder: Builder) -> None:
    """Two bases from Debian's packages: one with Python, and one with what makes virtual environments as well."""
    if builder.has(BASE) and builder.has(BUILD_BASE):
        return
    with tempfile.TemporaryDirectory(dir=builder.work) as scratch:
        tree, archive = Path(scratch, "tree"), Path(scratch, "base.tar")
        say(f"making a base of Debian {SUITE}: some minutes, the first time only")
        bootstrap = ["debootstrap", "--variant=minbase", "--include=python3", SUITE, str(tree)]
        subprocess.run(bootstrap, check=True, stdout=subprocess.DEVNULL)
        for text in tree.glob("usr/share/doc/**/*"):
            if text.name != TERMS and not text.is_dir():
                text.unlink()
        excluded = [f"--exclude={pattern}" for pattern in (*LEFT_OUT, *LEFT_OUT_TEXTS)]
        pack = ["tar", "-C", str(tree), *excluded, "-cf", str(archive), "."]
        subprocess.run(pack, check=True)
        with builder.container("scratch") as container:
            builder.run("add", "--quiet", container, str(archive), "/")
            builder.ask("commit", "--quiet", container, BASE)
    with builder.container(BASE) as container:
        install = "apt-get update && apt-get install --yes --no-install-recommends python3-venv"
        builder.run("run", "--isolation", "chroot", container, "--", "sh", "-c", install)
        builder.ask("commit", "--quiet", container, BUILD_BASE)


def build(builder: Builder, base: str, build_base: str, given: Sequence[str]) -> list[str]:
    """The image, from the Dockerfile as it stands; the words by which what the builder was given is known again."""
    index, authority = (f"goodoffices-{what}-{token_hex(8)}" for what in ("index", "authority"))
    arguments = {"BASE_IMAGE": base, "BUILD_IMAGE": build_base}
    arguments |= {name: os.environ[name] for name in PASSED_ON if os.environ.get(name)}
    # One more index, which is not there: pip passes over it.
    arguments[PASSED_ON[1]] = f"{arguments.get(PASSED_ON[1], '')} file:///{index}".strip()
    options = list(given)
    with tempfile.TemporaryDirectory(dir=builder.work) as folder:
        if authorities := os.environ.get("PIP_CERT") or os.environ.get("SSL_CERT_FILE"):
            marked = Path(folder) / "ca.crt"
            marked.write_bytes(Path(authorities).read_bytes() + f"\n# {authority}\n".encode())
            arguments["PIP_CERT"] = AUTHORITY_IN_BUILD
            options += ["--secret", f"id=ca,src={marked}"]
        for name, value in arguments.items():
            options += ["--build-arg", f"{name}={value}"]
        fixed = ("--isolation", "chroot", "--format", "docker", "--pull-never", "--tag", IMAGE)
        builder.run("build", *fixed, *options, str(ROOT))
    return [index, authority, *(word for name in PASSED_ON[:1] if (word := os.environ.get(name)))]


def missing() -> list[str]:
    """What the machine lacks for this."""
    lacking = [f"the command {name}" for name in NEEDED if shutil.which(name) is None]
    return lacking if os.geteuid() == 0 else [*lacking, "the rights of root"]


def say(line: str) -> None:
    """Tell whoever waits."""
    print(line, file=sys.stderr, flush=True)


def main() -> int:
    """Build and try; 0 if all that was tried went well, 1 if not, 2 if the machine lacks something."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir(), "goodoffices-image"))
    parser.add_argument("--base", default=BASE, help="an image in the store that has Python 3.11")
    parser.add_argument("--build-base", default=BUILD_BASE, help="one that has Python's venv too")
    parser.add_argument("--options", default="", help="more options for `buildah build`")
    asked = parser.parse_args()
    if lacking := missing():
        say(f"make image needs {', '.join(lacking)}. On Debian: apt-get install buildah debootstrap")
        return 2
    asked.work.mkdir(parents=True, exist_ok=True, mode=0o700)
    builder = Builder(asked.work)
    make_bases(builder)
    planted = build(builder, asked.base, asked.build_base, shlex.split(asked.options))
    return _tried(builder, planted)


def _tried(builder: Builder, planted: Sequence[str]) -> int:
    findings = Findings()
    _look_into(builder, planted, findings)
    configuration = builder.configuration(IMAGE)
    with builder.container(IMAGE) as container, builder.mounted(container) as files:
        builder.run("config", "--volume", "/data-", container)  # else buildah hides ours behind one of its own
        in_container = builder.command("run", "--isolation", "chroot")
        trial = Trial(configuration, files, container, tuple(in_container), ROOT / "examples" / "thin-first-draft.json")
        try_image(trial, findings)
        compare_starts(trial, findings)
        try_composition(trial, findings)
    findings.figure("failed", str(findings.failed))
    return 1 if findings.failed else 0


def _look_into(builder: Builder, planted: Sequence[str], findings: Findings) -> None:
    """What a registry would send: the compressed layers."""
    with tempfile.TemporaryDirectory(dir=builder.work) as folder:
        layout = Path(folder) / "image"
        builder.ask("push", "--quiet", IMAGE, f"oci:{layout}")
        size = sum(path.stat().st_size for path in layout.rglob("*") if path.is_file())
        findings.figure("download size", f"{size / 1e6:.0f} MB in {layers_of(layout)} layers")
        findings.expect("secrets in any layer", secrets_in(layout, planted), [])


if __name__ == "__main__":
    sys.exit(main())
