"""Drafts of forms: sealed, in the database, so that a lost connection, a restart or another tablet loses nothing."""

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Table, delete, select

from db.models.cases import DraftRow
from db.seal import seal, unseal

DRAFTS: Table = DraftRow.__table__  # type: ignore[assignment]
PURPOSE = "draft"


class Drafts:
    """The drafts of one user for one form: `fields` is the form's values, other parts are photos by their hash."""

    def __init__(self, engine: Engine, district_id: int, user_id: int, form: str) -> None:
        self._engine = engine
        self._key = {"district_id": district_id, "user_id": user_id, "form": form}

    def _where(self) -> Any:
        return tuple(DRAFTS.c[name] == value for name, value in self._key.items())

    def save(self, fields: dict[str, Any], at: datetime) -> None:
        """Keep the form's values (JSON)."""
        self.save_part("fields", json.dumps(fields, ensure_ascii=False).encode(), at)

    def save_part(self, part: str, data: bytes, at: datetime) -> None:
        """Keep one part, such as a photo's JPEG."""
        values = self._key | {"part": part, "sealed": seal(data, PURPOSE), "updated_at": at}
        with self._engine.begin() as connection:
            connection.execute(delete(DRAFTS).where(*self._where(), DRAFTS.c.part == part))
            connection.execute(DRAFTS.insert(), values)

    def fields(self) -> dict[str, Any] | None:
        """The form's values, None when there is no draft or it was sealed with another secret."""
        data = self.parts({"fields"}).get("fields")
        return None if data is None else dict(json.loads(data))

    def names(self) -> set[str]:
        """Names of all parts, without reading what is in them."""
        with self._engine.connect().execution_options(reading=True) as connection:
            return set(connection.execute(select(DRAFTS.c.part).where(*self._where())).scalars())

    def parts(self, names: Collection[str]) -> dict[str, bytes]:
        """These parts by name; those that cannot be opened any more are left out."""
        query = select(DRAFTS.c.part, DRAFTS.c.sealed).where(*self._where(), DRAFTS.c.part.in_(sorted(names)))
        with self._engine.connect().execution_options(reading=True) as connection:
            rows = connection.execute(query).all()
        found = {}
        for row in rows:
            try:
                found[row.part] = unseal(row.sealed, PURPOSE)
            except ValueError:
                continue
        return found

    def drop_part(self, part: str) -> None:
        """Forget one part."""
        with self._engine.begin() as connection:
            connection.execute(delete(DRAFTS).where(*self._where(), DRAFTS.c.part == part))

    def clear(self) -> None:
        """Forget the draft."""
        with self._engine.begin() as connection:
            connection.execute(delete(DRAFTS).where(*self._where()))
