"""The HTML shell of every page, made from Streamlit's own: language, icon, and the words Streamlit says itself.

Streamlit has no translations; `zh.js` exchanges its own English words when the page is Chinese.
"""

import base64
import hashlib
import re
from functools import lru_cache
from pathlib import Path

import streamlit
from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from components import i18n, session
from components.routes.auth import set_lang_cookie

ASSETS = Path(__file__).resolve().parent.parent / "assets"
_INDEX = Path(streamlit.__file__).parent / "static" / "index.html"
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


class _PagePath(Convertor[str]):
    """A page's address: one segment without a dot, or nothing."""

    regex = "[A-Za-z0-9_-]*"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("page", _PagePath())


@lru_cache(maxsize=4)
def page_html(language: str) -> str:
    """Streamlit's index for a language: its title, icon and font preload replaced, `zh.js` added for Chinese."""
    page = _INDEX.read_text(encoding="utf-8")
    page = re.sub(r"<!--.*?-->", "", page, flags=re.DOTALL)
    page = re.sub(r'<link\s+rel="preload"[^>]*as="font"[^>]*>', "", page)
    page = re.sub(r'<link rel="service-desc"[^>]*>', "", page)
    page = re.sub(r"<noscript>.*?</noscript>", f"<noscript>{_noscript(language)}</noscript>", page, flags=re.DOTALL)
    page = page.replace("./favicon.png", "./assets/icon.png")
    page = re.sub(r"<title>.*?</title>", f"<title>{'网格台' if language == 'zh_CN' else 'GridDesk'}</title>", page)
    page = page.replace('<html lang="en">', f'<html lang="{language.replace("_", "-")}">')
    page = page.replace("</head>", '<link rel="stylesheet" href="./assets/app.css"></head>')
    if language == "zh_CN":
        page = page.replace("</head>", '<script src="./assets/zh.js" defer></script></head>')
    return page


def _noscript(language: str) -> str:
    return "请启用 JavaScript。" if language == "zh_CN" else "Please enable JavaScript."


@lru_cache(maxsize=1)
def inline_script_hashes() -> tuple[str, ...]:
    """CSP sources for the inline scripts of Streamlit's index, so that no other inline script may run."""
    scripts = _SCRIPT.findall(page_html("en"))
    return tuple(
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" for script in scripts
    )


async def page(request: Request) -> Response:
    """The shell of any page, in the language of `?lang=`, of the cookie, or Chinese."""
    asked = i18n.parse(request.query_params.get("lang"))
    language = asked or i18n.parse(request.cookies.get(session.LANG_COOKIE)) or i18n.DEFAULT
    response = HTMLResponse(page_html(language), headers={"Cache-Control": "no-cache"})
    if asked:
        set_lang_cookie(response, asked)
    return response


ROUTES: list[BaseRoute] = [
    Mount("/assets", StaticFiles(directory=ASSETS)),
    Route("/{page:page}", page, methods=["GET"]),
]
"""Last in the list: every address of one segment that no other route has taken is a page."""
