"""The audit trail: one row for what was done or refused, written in the transaction that did it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert

from db.ids import new_id
from db.models.accounts import Audit


@dataclass(frozen=True, slots=True)
class Who:
    """Who acts, as the audit trail keeps it. The command line and timers are `SYSTEM`."""

    user_id: int = 0
    login: str = ""
    role: str = ""
    org: str = ""
    address: str = ""


SYSTEM = Who(login="system")


def record(
    connection: Connection, district: int, at: datetime, who: Who, action: str, target: str = "", result: str = "done"
) -> None:
    """Add one audit row: what `who` did (`action`, a dotted word) to `target` and how it ended."""
    connection.execute(
        insert(Audit).values(
            district_id=district,
            id=new_id(),
            at=at,
            user_id=who.user_id,
            login=who.login[:254],
            role=who.role,
            org_code=who.org,
            action=action,
            object=target[:254],
            result=result[:60],
            address=who.address[:64],
        )
    )
