"""Start and stop of the server process: garbage collection on a timer, quiet access log, early refusals."""

import asyncio
import gc
import hmac
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from hashlib import sha256
from typing import Any

from rich.console import Console
from streamlit.config import set_option

from db import migrate
from db.engine import engine
from db.seal import secret
from db.settings import settings
from seeds.setup import bring_up

COLLECT_EVERY = 60.0


def set_cookie_secret() -> None:
    """Sign Streamlit's own cookies with a key from the installation's secret, alike in every process of it.

    Raises ValueError when `GRIDDESK_SECRET` is too short: the server does not start.
    """
    key = hmac.new(secret().encode(), b"streamlit cookies", sha256).hexdigest()
    set_option("server.cookieSecret", key)


async def _collect() -> None:
    while True:
        await asyncio.sleep(COLLECT_EVERY)
        await asyncio.to_thread(gc.collect)


def _ready_store() -> None:
    """An empty or older database is brought up before the first page: `streamlit run` alone starts the whole app."""
    if migrate.wanted(engine()):
        bring_up(engine(), settings().district, demo=settings().demo, out=Console(highlight=False))


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[None]:
    """Freeze what is loaded, then collect once a minute: Streamlit's own collection after each rerun is switched off.

    The access log is silenced because upload addresses in it carry session ids.
    """
    await asyncio.to_thread(_ready_store)
    logging.getLogger("uvicorn.access").disabled = True  # its level is set again by Streamlit, this stays
    gc.collect()
    gc.freeze()
    task = asyncio.create_task(_collect())
    try:
        yield None
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
