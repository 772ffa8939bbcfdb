"""What is shipped may be shipped, and every lock can be checked by whoever installs it."""

import re
from pathlib import Path

import pytest

from tools.bill import completed
from tools.licences import shipped

LOCKS = sorted((Path(__file__).parents[1] / "requirements").glob("*.lock"))
# Families whose terms an organisation can keep without asking a lawyer; LGPL for what is used as it is published.
FAMILIES = re.compile(r"MIT|BSD|Apache|ISC|PSF|MPL|Mozilla|LGPL")


def test_everything_shipped_is_under_a_licence_that_lets_it_be() -> None:
    for name, _, licence in shipped():
        assert FAMILIES.search(licence), f"{name}: {licence}"


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_every_pinned_package_has_a_hash_and_no_address(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    pinned = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert pinned
    assert all("--hash=sha256:" in package for package in pinned)
    assert "://" not in text


def test_the_bill_of_materials_says_the_licence_of_everything_also_of_what_is_kept_here() -> None:
    packages = [{"name": name, "version": version} for name, version, _ in shipped()]

    bill = completed({"bomFormat": "CycloneDX", "components": packages})

    named = {part["name"]: part["licenses"][0]["license"]["name"] for part in bill["components"]}
    assert {name: named[name] for name, _, _ in shipped()} == {name: licence for name, _, licence in shipped()}
    assert named["swagger-ui-dist"] == "Apache-2.0"
    assert all(re.match(r"\d+\.", part["version"]) for part in bill["components"])


def test_a_bill_of_something_that_is_not_shipped_is_refused() -> None:
    with pytest.raises(LookupError):
        completed({"components": [{"name": "left-pad", "version": "1.0"}]})
