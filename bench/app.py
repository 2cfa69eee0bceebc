"""The application as it is, and one more address that tells how many SQL statements this process has sent."""

import threading
from typing import Any

from sqlalchemy import event

from bench.browser import ADDRESS
from db.engine import engine
from streamlit_app import app as real

_lock = threading.Lock()
_sent = 0


@event.listens_for(engine(), "before_cursor_execute")
def _count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
    global _sent
    if not statement.startswith("BEGIN"):  # SQLite's own transaction control is not a question
        with _lock:
            _sent += 1


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Answer the bench; pass everything else on."""
    if scope["type"] != "http" or scope["path"] != ADDRESS:
        await real(scope, receive, send)
        return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": str(_sent).encode()})
