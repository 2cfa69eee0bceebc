"""Tables. `district_id` comes first in every key of business tables: see docs/decisions/0003."""

from db.models import accounts, base, cases, reference

__all__ = ["accounts", "base", "cases", "reference"]
