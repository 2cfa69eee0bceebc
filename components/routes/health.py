"""`/healthz`: is the process alive, and is it ready, that is: does the database answer with reference data."""

from sqlalchemy import literal, select
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from components import session
from db.engine import engine


def _ready() -> bool:
    try:
        with engine().connect().execution_options(reading=True) as connection:
            connection.execute(select(literal(1)))
        return bool(session.world().orgs)
    except (SQLAlchemyError, LookupError):
        return False


async def health(_request: Request) -> Response:
    """200 when ready, 503 while the database does not answer; `live` is true whenever there is an answer."""
    ready = await run_in_threadpool(_ready)
    return JSONResponse({"live": True, "ready": ready}, status_code=200 if ready else 503)


ROUTES = [Route("/healthz", health, methods=["GET"])]
