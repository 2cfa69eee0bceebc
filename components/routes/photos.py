"""Photos of cases, for those who see the case: `/files/photo/<id>` and its small form `?size=thumb`."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from components import session
from components.routes.auth import actor_of_request
from db.engine import engine
from db.queries.file import photo_bytes
from db.queries.scope import scope_of


def _bytes(request: Request) -> bytes | None:
    actor = actor_of_request(request)
    number = request.path_params["number"]
    if actor is None or not number.isascii() or not number.isdigit() or len(number) > 19:
        return None
    scope = scope_of(actor, session.district())
    with engine().connect().execution_options(reading=True) as connection:
        return photo_bytes(connection, scope, int(number), thumb=request.query_params.get("size") == "thumb")


async def photo(request: Request) -> Response:
    """The JPEG, or 404: who may not see it learns nothing about whether it is there."""
    data = await run_in_threadpool(_bytes, request)
    if data is None:
        return PlainTextResponse("Not found", status_code=404)
    return Response(data, media_type="image/jpeg", headers={"Content-Disposition": "inline"})


ROUTES = [Route("/files/photo/{number}", photo, methods=["GET"])]
"""To be mounted beside the other routes."""
