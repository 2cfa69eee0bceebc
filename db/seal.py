"""Sealing personal data: AES-GCM with a key derived from the installation's secret. One place to swap the cipher."""

import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from db.settings import ROOT, settings

SECRET_FILE = ROOT / "var" / "secret"
MIN_SECRET = 32


@lru_cache(maxsize=1)
def secret() -> str:
    """The installation's secret: `GRIDDESK_SECRET`, else a file made at first start, readable by its owner only.

    Raises ValueError when the variable is set but shorter than 32 characters.
    """
    given = settings().secret
    if given:
        if len(given) < MIN_SECRET:
            raise ValueError(f"GRIDDESK_SECRET: at least {MIN_SECRET} characters are needed")
        return given
    if not SECRET_FILE.exists():
        SECRET_FILE.parent.mkdir(parents=True, exist_ok=True)
        temporary = SECRET_FILE.with_suffix(f".{os.getpid()}")
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(os.urandom(32).hex())
        try:
            os.link(temporary, SECRET_FILE)  # the first of several processes wins, all read the same
        except FileExistsError:
            pass
        finally:
            temporary.unlink()
    return SECRET_FILE.read_text(encoding="ascii").strip()


def _key(purpose: str) -> bytes:
    return hmac.new(secret().encode(), purpose.encode(), hashlib.sha256).digest()


def seal(data: bytes, purpose: str) -> bytes:
    """Encrypt and authenticate. `purpose` separates keys: a contact cannot be opened as a draft."""
    nonce = os.urandom(12)
    return nonce + AESGCM(_key(purpose)).encrypt(nonce, data, purpose.encode())


def unseal(data: bytes, purpose: str) -> bytes:
    """Open what `seal` closed. Raises ValueError when it was changed or the secret is another."""
    try:
        return AESGCM(_key(purpose)).decrypt(data[:12], data[12:], purpose.encode())
    except InvalidTag as fault:
        raise ValueError("sealed data cannot be opened: changed, or sealed with another secret") from fault


def keyed_hash(value: str, purpose: str) -> str:
    """A keyed hash for looking up a value (a telephone number) that is stored only sealed."""
    return hmac.new(_key(purpose + ":hash"), value.encode(), hashlib.sha256).hexdigest()
