"""Tables. `district_id` comes first in every key of business tables: see docs/decisions/0003."""
