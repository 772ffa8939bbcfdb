"""What every use case works with, and who asks; knows no noun."""

from dataclasses import dataclass, field

from app.checklist.catalogue import Catalogue
from app.checklist.program import fingerprint
from app.domain.access import Principal
from app.security.permissions import Permission
from app.storage.database import Database
from app.usecases.allowances import Allowances
from app.usecases.password_pool import PasswordPool
from app.usecases.vault import Vault


@dataclass(frozen=True, slots=True)
class Office:
    """The parts that use cases work with: where things are kept, what opens them, and what is asked of a design.

    Attributes:
        allowances: how much each caller may ask for.
        passwords: where passwords are judged.
        program: what judges; it is kept with every judgement.
    """

    database: Database
    vault: Vault
    catalogue: Catalogue
    allowances: Allowances = field(default_factory=Allowances)
    passwords: PasswordPool = field(default_factory=PasswordPool)
    program: str = field(default_factory=fingerprint)


@dataclass(frozen=True, slots=True)
class Access:
    """Who asks, and what for.

    Attributes:
        permission: what the operation declares that it needs; it is what `authorize` asks for.
        operation: the operation's name, for the audit trail.
    """

    principal: Principal
    permission: Permission
    operation: str

    @property
    def organisation_id(self) -> str:
        """The organisation of whoever asks; nobody asks for another one's."""
        return self.principal.organisation_id
