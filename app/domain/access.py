"""Who somebody is to the service and what they may be: roles, scopes and principals; knows no rule and no secret."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class OrganisationRole(StrEnum):
    """What a person is in their organisation. An admin manages people and keys, and reads no contents by that."""

    MEMBER = "member"
    ADMIN = "admin"


class InitiativeRole(StrEnum):
    """What a person is to one initiative, from the one who may do most."""

    OWNER = "owner"
    EDITOR = "editor"
    REVIEWER = "reviewer"
    VIEWER = "viewer"


class Scope(StrEnum):
    """What an API key may be used for; a key never does more than its person may."""

    READ = "read"  # initiatives, reports, comments, the record of who read what
    WRITE = "write"  # initiatives, designs and waivers
    REVIEW = "review"  # reviews and comments
    SHARE = "share"  # who may do what with an initiative
    KEYS = "keys"  # one's own keys
    PEOPLE = "people"  # the organisation and its members


EVERY_SCOPE = frozenset(Scope)


class CredentialKind(StrEnum):
    """What somebody showed in order to be known."""

    API_KEY = "api_key"
    SESSION = "session"


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody who was recognised, with what held at that moment; each transaction looks again.

    Attributes:
        organisation_id, person_id: who they are.
        kind, credential_id: what they showed.
        role: what they are in the organisation.
        scopes: what the credential may be used for.
        expires_at: when the credential ends.
    """

    organisation_id: str
    person_id: str
    kind: CredentialKind
    credential_id: str
    role: OrganisationRole
    scopes: frozenset[Scope]
    expires_at: datetime
