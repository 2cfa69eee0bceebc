"""Settings from the environment, read once. Each is listed in the README."""

import os
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says. Times shown in `zone`; the database stores UTC."""

    database_url: str
    secret: str  # key of everything signed or sealed; empty = made and kept in var/secret
    demo: bool  # demo accounts and demo story
    district: str  # folder under seeds/districts/
    zone: str
    https: bool  # cookies carry Secure
    oidc: bool  # offer st.login beside local accounts


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process. Raises ValueError naming the variable that cannot be read."""
    env = os.environ

    def flag(name: str, default: bool) -> bool:
        value = env.get(name, "").strip().lower()
        if value in ("", "0", "1", "true", "false", "yes", "no"):
            return default if value == "" else value in ("1", "true", "yes")
        raise ValueError(f"{name}: expected 1 or 0, not {value!r}")

    return Settings(
        database_url=env.get("DATABASE_URL", "") or f"sqlite:///{ROOT / 'var' / 'griddesk.db'}",
        secret=env.get("GRIDDESK_SECRET", ""),
        demo=flag("GRIDDESK_DEMO", False),
        district=env.get("GRIDDESK_DISTRICT", "") or "jingan",
        zone=env.get("GRIDDESK_ZONE", "") or "Asia/Shanghai",
        https=flag("GRIDDESK_HTTPS", False),
        oidc=flag("GRIDDESK_OIDC", False),
    )


@lru_cache(maxsize=1)
def district_id() -> int:
    """The district this installation serves: the code in its folder under `seeds/districts/`."""
    path = ROOT / "seeds" / "districts" / settings().district / "district.toml"
    return int(tomllib.loads(path.read_text(encoding="utf-8"))["id"])
