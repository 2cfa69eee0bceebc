"""The routes that set and clear cookies. All of them are posts from our own pages: others are refused."""

from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from components import i18n, session
from db import sessions
from db.audit import Who
from db.engine import engine
from db.settings import settings
from domain.people import Actor

MAX_BODY = 4096


def same_origin(request: Request) -> bool:
    """Whether a browser sent this from one of our own pages (its own word, which scripts cannot forge)."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin", "")
    return bool(origin) and urlsplit(origin).netloc == request.headers.get("host")


def client(request: Request) -> str:
    """The client's address."""
    return request.client.host if request.client else "127.0.0.1"


def back_to(target: str) -> RedirectResponse:
    """A redirect to a local path; anything else goes to the start page."""
    return RedirectResponse(target if sessions.is_local(target) else "/", status_code=303)


def set_lang_cookie(response: Response, language: str) -> None:
    """Remember the language before anybody signs in. Not a secret."""
    response.set_cookie(
        session.LANG_COOKIE,
        language,
        max_age=365 * 86400,
        httponly=True,
        samesite="lax",
        secure=settings().https,
    )


async def _form(request: Request) -> dict[str, str] | None:
    if not same_origin(request) or int(request.headers.get("content-length") or MAX_BODY + 1) > MAX_BODY:
        return None
    form = await request.form(max_files=0, max_fields=8)
    return {name: value for name, value in form.items() if isinstance(value, str)}


async def redeem(request: Request) -> Response:
    """Turn a one-time ticket into a session cookie and go on to the page the person wanted."""
    form = await _form(request)
    if form is None:
        return PlainTextResponse("Forbidden", status_code=403)
    opened = await run_in_threadpool(
        lambda: sessions.redeem(
            engine(), session.district(), form.get("ticket", ""), address=client(request), at=session.now()
        )
    )
    if opened is None:
        return back_to("/")
    response = back_to(opened.target)
    response.set_cookie(
        session.cookie_name(),
        opened.token,
        max_age=int((opened.expires_at - session.now()).total_seconds()),
        httponly=True,
        samesite="lax",
        secure=settings().https,
    )
    if opened.lang:
        set_lang_cookie(response, opened.lang)
    return response


async def logout(request: Request) -> Response:
    """End the session of the cookie and clear it."""
    form = await _form(request)
    if form is None:
        return PlainTextResponse("Forbidden", status_code=403)
    token = request.cookies.get(session.cookie_name())
    if token:
        await run_in_threadpool(_end, token, client(request))
    response = back_to("/")
    response.delete_cookie(session.cookie_name(), httponly=True, samesite="lax", secure=settings().https)
    return response


def _end(token: str, address: str) -> None:
    at, district = session.now(), session.district()
    row = sessions.find(engine(), district, token, at=at, touch=False)
    who = Who(row.user_id, row.login, row.post.role.value, row.post.org, address) if row else Who(address=address)
    sessions.end(engine(), district, token, at=at, who=who)


async def language(request: Request) -> Response:
    """Choose the language before signing in."""
    form = await _form(request)
    if form is None:
        return PlainTextResponse("Forbidden", status_code=403)
    response = back_to(form.get("next", "/"))
    set_lang_cookie(response, i18n.parse(form.get("lang")) or i18n.DEFAULT)
    return response


def actor_of_request(request: Request) -> Actor | None:
    """The person whose cookie came with a request to one of our own routes; None when nobody is signed in.

    Reads the database: call it in a thread from an async route (`run_in_threadpool`).
    """
    token = request.cookies.get(session.cookie_name())
    if not token:
        return None
    row = sessions.find(engine(), session.district(), token, at=session.now(), touch=False)
    return session.actor_of(row)


ROUTES = [
    Route("/auth/redeem", redeem, methods=["POST"]),
    Route("/auth/logout", logout, methods=["POST"]),
    Route("/auth/language", language, methods=["POST"]),
]
