"""Start and stop of the server process: garbage collection on a timer, quiet access log, early refusals."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

COLLECT_EVERY = 60.0


async def _collect() -> None:
    while True:
        await asyncio.sleep(COLLECT_EVERY)
        await asyncio.to_thread(gc.collect)


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[None]:
    """Freeze what is loaded, then collect once a minute: Streamlit's own collection after each rerun is switched off.

    The access log is silenced because upload addresses in it carry session ids.
    """
    logging.getLogger("uvicorn.access").setLevel(logging.WARNING)
    gc.collect()
    gc.freeze()
    task = asyncio.create_task(_collect())
    try:
        yield None
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
