"""A secret in any layer of an image is found, also one that a later layer deletes; the images are made by hand."""

import hashlib
import io
import json
import tarfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from app.security.api_keys import new_api_key
from app.security.master_keys import MasterKeys
from tools.image_layers import layers_of, secrets_in

BUILDERS_WORD = "goodoffices-index-0123456789abcdef"
PRIVATE_KEY = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIOh0aGlzIGlzIG5vdCBhIGtleQ\n-----END PRIVATE KEY-----\n"
HARMLESS = {"goodoffices/bin/goodoffices": "#!/goodoffices/bin/python", "etc/ssl/certs/ca.crt": "BEGIN CERTIFICATE"}


def image(folder: Path, *layers: Mapping[str, str], said: str = "{}") -> Path:
    """The folder of an image with these layers, and what it says of itself."""
    config = _blob(folder, said.encode(), "application/vnd.oci.image.config.v1+json")
    packed = [_blob(folder, _packed(files), "application/vnd.oci.image.layer.v1.tar+gzip") for files in layers]
    manifest = json.dumps({"config": config, "layers": packed}).encode()
    entry = _blob(folder, manifest, "application/vnd.oci.image.manifest.v1+json")
    (folder / "index.json").write_text(json.dumps({"manifests": [entry]}), encoding="utf-8")
    return folder


def _blob(folder: Path, content: bytes, media_type: str) -> dict[str, str]:
    digest = hashlib.sha256(content).hexdigest()
    place = folder / "blobs" / "sha256" / digest
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    return {"digest": f"sha256:{digest}", "mediaType": media_type}


def _packed(files: Mapping[str, str]) -> bytes:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w:gz") as layer:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            layer.addfile(member, io.BytesIO(text.encode()))
    return written.getvalue()


LEAKS = {
    "a master key": {"keys/of-ours": MasterKeys.generate().text()},
    "an API key": {"root/notes": f"export KEY={new_api_key()}"},
    "a private key": {"root/notes": PRIVATE_KEY},
    "word 0 of the builder's": {"root/.cache/pip": f"file:///{BUILDERS_WORD}"},
    "its name": {"etc/pip.conf": ""},
}


@pytest.mark.parametrize("leak", LEAKS)
def test_what_must_be_secret_is_found(tmp_path: Path, leak: str) -> None:
    ((place, _),) = LEAKS[leak].items()

    found = secrets_in(image(tmp_path, HARMLESS, {**HARMLESS, **LEAKS[leak]}), [BUILDERS_WORD])

    assert found == [f"layer 3, {place}: {leak}"]


def test_what_a_later_layer_deletes_is_found_all_the_same(tmp_path: Path) -> None:
    layout = image(tmp_path, LEAKS["a master key"], {"keys/.wh.of-ours": ""})

    assert layers_of(layout) == 2
    assert secrets_in(layout) == ["layer 2, keys/of-ours: a master key"]


def test_what_the_image_says_of_itself_is_looked_at_too(tmp_path: Path) -> None:
    layout = image(tmp_path, HARMLESS, said=json.dumps({"history": [{"created_by": f"RUN pip {BUILDERS_WORD}"}]}))

    assert secrets_in(layout, [BUILDERS_WORD]) == ["description 1: word 0 of the builder's"]


def test_what_is_harmless_is_left_alone(tmp_path: Path) -> None:
    assert secrets_in(image(tmp_path, HARMLESS), [BUILDERS_WORD]) == []
