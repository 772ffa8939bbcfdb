"""What each template is given: one frozen dataclass a template; knows no HTTP."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Content:
    """A body or answer of one media type; `schema` is the name of its schema or empty."""

    media_type: str
    schema: str
    example: str


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a schema, or a parameter: `place` is query, path, header or empty."""

    name: str
    type: str
    schema: str
    description: str
    required: bool
    place: str = ""
    sensitive: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer that an operation can give."""

    status: str
    description: str
    headers: tuple[str, ...]
    contents: tuple[Content, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """A method of a path."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Field, ...]
    bodies: tuple[Content, ...]
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The operations of one tag."""

    name: str
    description: str
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class Schema:
    """A named schema."""

    name: str
    description: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class ReferencePage:
    """reference.html: the whole OpenAPI document, for reading."""

    title: str
    version: str
    description: tuple[str, ...]
    groups: tuple[Group, ...]
    schemas: tuple[Schema, ...]


@dataclass(frozen=True, slots=True)
class ProblemPage:
    """problem.html: one kind of problem; `others` names all kinds."""

    name: str
    status: int
    title: str
    advice: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SignInPage:
    """sign-in.html: an organisation's id to begin with, or nothing, and what went wrong, or nothing."""

    organisation_id: str
    error: str


@dataclass(frozen=True, slots=True)
class InitiativeLink:
    """An initiative that somebody can see, with the address of its report."""

    title: str
    report: str
    lifecycle: str


@dataclass(frozen=True, slots=True)
class AccountPage:
    """account.html: who is signed in until when, and a page of their initiatives; addresses may be empty."""

    name: str
    role: str
    organisation: str
    expires_at: str
    initiatives: tuple[InitiativeLink, ...]
    following: str
    previous: str
