"""The OpenAPI document is true of every operation, and strangers' tools make clean clients of it."""

import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from app.api import initiatives
from app.main import create_app
from app.security.permissions import PERMISSIONS, PUBLIC
from app.settings import Settings
from tests.api.houses import House, running, speaking_to

METHODS = ("get", "post", "put", "patch", "delete")
DOCUMENT: dict[str, Any] = create_app(Settings(access_log=False)).openapi()
BIN = Path(sys.executable).parent
# What stands in a path; whatever is not named here is an id, and nothing has this one.
NOBODY = defaultdict(
    lambda: "0b6f6a0e-2f3c-4f4e-9d5b-6a1f2f0f9b11",
    {"number": "1", "name": "track-two", "check_id": "purpose.stated", "precedent_id": "oslo"},
)


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def named(
    *, method: str | None = None, header: str | None = None, body: bool = False
) -> dict[str, tuple[str, str, Any]]:
    """operationId → path, method and operation, of those that have what is asked for."""
    return {
        operation["operationId"]: (path, each, operation)
        for path, each, operation in operations()
        if (method is None or each == method)
        and (
            header is None or any(one["name"] == header and one["required"] for one in operation.get("parameters", []))
        )
        and (not body or "requestBody" in operation)
    }


def found(item: dict[str, Any]) -> dict[str, Any]:
    """The item, or what its $ref leads to."""
    target: Any = DOCUMENT
    for step in item.get("$ref", "#/")[2:].split("/"):
        target = target[step] if step else item
    return target  # type: ignore[no-any-return]


def address(path: str) -> str:
    return path.format_map(NOBODY)


def example_body(operation: dict[str, Any]) -> tuple[str, Any]:
    media_type, content = next(iter(operation["requestBody"]["content"].items()))
    return media_type, next(iter(content["examples"].values()))["value"]


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator(schema | {"components": DOCUMENT["components"]})


EVERY = {operation["operationId"]: (path, method, operation) for path, method, operation in operations()}
GUARDED = {name: one for name, one in EVERY.items() if one[2]["x-permission"] != PUBLIC}
every_operation = pytest.mark.parametrize(("path", "method", "operation"), EVERY.values(), ids=EVERY)
every_guarded_operation = pytest.mark.parametrize(("path", "method", "operation"), GUARDED.values(), ids=GUARDED)


@pytest.fixture(scope="module")
async def shared_house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """An organisation without anything in it, for requests that change nothing."""
    async with running(Settings(data_dir=tmp_path_factory.mktemp("shared"), access_log=False)) as (app, _):
        yield await House.founded(app)


@pytest.fixture
def plain_http(shared_house: House) -> httpx.AsyncClient:
    """Its first person."""
    return shared_house.first.http


class TestTheDocument:
    def test_is_openapi_3_1_with_prose_for_every_tag(self) -> None:
        assert DOCUMENT["openapi"].startswith("3.1")
        described = {tag["name"]: tag["description"] for tag in DOCUMENT["tags"]}
        assert all(described[tag] for _, _, operation in operations() for tag in operation["tags"])

    @every_operation
    def test_says_all_of_an_operation(self, path: str, method: str, operation: dict[str, Any]) -> None:
        assert re.fullmatch(r"[a-z]+(_[a-z]+)+", operation["operationId"])
        assert operation["summary"]
        assert operation["description"]
        assert {"400", "406", "422", "500", "503"} <= operation["responses"].keys()
        for status, answer in operation["responses"].items():
            described = found(answer)
            assert described["description"], status
            assert "X-Request-ID" in described["headers"], status

    @every_operation
    def test_says_what_a_caller_needs(self, path: str, method: str, operation: dict[str, Any]) -> None:
        assert operation["x-permission"] in {PUBLIC, *PERMISSIONS}
        refusals = {"401", "403", "429"}
        if operation["x-permission"] == PUBLIC:
            assert "security" not in operation
            met: set[str] = set() if operation["operationId"] == "sign_in" else refusals - {"429"}
            assert not met & operation["responses"].keys()
        else:
            schemes = [name for choice in operation["security"] for name in choice]
            assert schemes
            assert set(schemes) <= DOCUMENT["components"]["securitySchemes"].keys()
            assert refusals <= operation["responses"].keys()
            assert "WWW-Authenticate" in found(operation["responses"]["401"])["headers"]
            assert "Retry-After" in found(operation["responses"]["429"])["headers"]

    @every_operation
    def test_never_reads_by_a_permission_that_writes_nor_the_other_way_round(
        self, path: str, method: str, operation: dict[str, Any]
    ) -> None:
        needed = PERMISSIONS.get(operation["x-permission"])
        if needed is not None and method in ("get", "put", "patch", "delete"):
            assert needed.writes == (method != "get")

    @every_operation
    def test_has_an_example_for_every_body_that_fits_its_schema(
        self, path: str, method: str, operation: dict[str, Any]
    ) -> None:
        bodies = [operation["requestBody"]] if "requestBody" in operation else []
        for carrier in [*bodies, *map(found, operation["responses"].values())]:
            for media_type, content in carrier.get("content", {}).items():
                examples = [example["value"] for example in content.get("examples", {}).values()] or [
                    content["example"]
                ]
                for example in examples:
                    faults = [error.message for error in validator(content["schema"]).iter_errors(example)]
                    assert not faults, (media_type, faults)

    def test_links_lead_to_operations_that_exist(self) -> None:
        targets = [
            link["operationId"]
            for _, _, operation in operations()
            for answer in operation["responses"].values()
            for link in found(answer).get("links", {}).values()
        ]
        assert len(targets) > 10
        assert set(targets) <= set(EVERY)

    def test_every_schema_is_a_json_schema(self) -> None:
        for schema in DOCUMENT["components"]["schemas"].values():
            Draft202012Validator.check_schema(schema)


class TestAnOperationThatDoesNotSayWhatItNeeds:
    @pytest.mark.parametrize("permission", [None, "", "initiative.raed"])
    def test_is_not_served_at_all(self, monkeypatch: pytest.MonkeyPatch, permission: str | None) -> None:
        (route,) = (one for one in initiatives.router.routes if getattr(one, "operation_id", "") == "get_initiative")
        monkeypatch.setattr(route, "openapi_extra", {} if permission is None else {"x-permission": permission})
        with pytest.raises(RuntimeError, match=r"x-permission .* GET /v1/initiatives/\{initiative_id\}$"):
            create_app(Settings(access_log=False))


class TestEveryOperation:
    @every_guarded_operation
    async def test_asks_who_it_is_before_anything_else(
        self, shared_house: House, path: str, method: str, operation: dict[str, Any]
    ) -> None:
        answer = await speaking_to(shared_house.app).request(method, address(path), params={"unheard_of": "1"})
        assert (answer.status_code, answer.json()["type"]) == (401, "/problems/unauthenticated")
        assert answer.headers["www-authenticate"] == "Bearer"

    @every_operation
    async def test_options_and_405_list_every_method_of_the_path(
        self, plain_http: httpx.AsyncClient, path: str, method: str, operation: dict[str, Any]
    ) -> None:
        own = {each.upper() for each in DOCUMENT["paths"][path]}
        allowed = own | {"OPTIONS"} | ({"HEAD"} if "GET" in own else set())
        asked = await plain_http.options(address(path))
        assert (asked.status_code, set(asked.headers["allow"].split(", "))) == (204, allowed)
        for other in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"} - own:
            refused = await plain_http.request(other, address(path))
            assert (refused.status_code, refused.headers["allow"]) == (405, asked.headers["allow"]), other
            assert refused.headers["content-type"] == "application/problem+json"

    @pytest.mark.parametrize(("path", "method", "operation"), named(method="get").values(), ids=named(method="get"))
    async def test_head_says_what_get_says_without_the_body(
        self, plain_http: httpx.AsyncClient, path: str, method: str, operation: dict[str, Any]
    ) -> None:
        whole, head = await plain_http.get(address(path)), await plain_http.head(address(path))
        assert (head.status_code, head.content) == (whole.status_code, b"")
        assert head.headers.keys() == whole.headers.keys()

    @every_operation
    async def test_what_nobody_has_is_406(
        self, plain_http: httpx.AsyncClient, path: str, method: str, operation: dict[str, Any]
    ) -> None:
        media_type, body = example_body(operation) if "requestBody" in operation else ("", None)
        headers = {"Accept": "image/png", "If-Match": "*"} | ({"Content-Type": media_type} if media_type else {})
        query = {"from": "1", "to": "1"} if operation["operationId"] == "get_changes" else {}
        answer = await plain_http.request(method, address(path), json=body, headers=headers, params=query)
        assert (answer.status_code, answer.headers["content-type"]) == (406, "application/problem+json")

    @pytest.mark.parametrize(
        ("path", "method", "operation"), named(header="If-Match").values(), ids=named(header="If-Match")
    )
    async def test_a_change_without_if_match_is_428(
        self, plain_http: httpx.AsyncClient, path: str, method: str, operation: dict[str, Any]
    ) -> None:
        body = example_body(operation)[1] if "requestBody" in operation else None
        answer = await plain_http.request(method, address(path), json=body)
        assert (answer.status_code, answer.json()["type"]) == (428, "/problems/precondition-required")

    @pytest.mark.parametrize(("path", "method", "operation"), named(body=True).values(), ids=named(body=True))
    async def test_a_body_that_is_no_json_is_415_and_an_empty_one_400(
        self, plain_http: httpx.AsyncClient, path: str, method: str, operation: dict[str, Any]
    ) -> None:
        other = await plain_http.request(method, address(path), content=b"<a/>", headers={"Content-Type": "text/xml"})
        assert other.status_code == 415
        assert ("accept-patch" in other.headers) == (method == "patch")
        empty = await plain_http.request(method, address(path), headers={"If-Match": "*"})
        assert (empty.status_code, empty.json()["type"]) == (400, "/problems/malformed-json")

    @every_operation
    async def test_an_unknown_query_parameter_is_422(
        self, plain_http: httpx.AsyncClient, path: str, method: str, operation: dict[str, Any]
    ) -> None:
        body = example_body(operation)[1] if "requestBody" in operation else None
        answer = await plain_http.request(
            method, address(path), json=body, headers={"If-Match": "*"}, params={"unheard_of": "1"}
        )
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-request")


class TestGenerators:
    def run(self, *command: str) -> str:
        environment = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
        done = subprocess.run(
            [str(BIN / command[0]), *command[1:]], capture_output=True, text=True, env=environment, check=False
        )
        printed = done.stdout + done.stderr
        assert done.returncode == 0, printed
        return printed

    @pytest.fixture
    def document(self) -> str:
        return str(Path(__file__).parents[2] / "openapi" / "openapi.json")

    def test_openapi_python_client_makes_a_client_without_a_warning(self, document: str, tmp_path: Path) -> None:
        folder = tmp_path / "generated"
        printed = self.run(
            *("openapi-python-client", "generate", "--path", document, "--output-path", str(folder)),
            *("--meta", "none", "--fail-on-warning"),
        )
        assert "Warning" not in printed
        assert (folder / "api" / "feedback" / "judge_design.py").is_file()
        self.run("python", "-m", "compileall", "-q", str(folder))

    def test_datamodel_codegen_makes_models_that_read_our_answers(self, document: str, tmp_path: Path) -> None:
        module = tmp_path / "models.py"
        self.run(
            *("datamodel-codegen", "--input", document, "--input-file-type", "openapi", "--output", str(module)),
            *("--output-model-type", "pydantic_v2.BaseModel", "--disable-warnings"),
        )
        example = found(EVERY["create_initiative"][2]["responses"]["201"])["content"]["application/json"]["example"]
        program = f"import models; print(models.Initiative.model_validate({example!r}).feedback.checklist.name)"
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.stdout == "track-two\n", done.stderr
