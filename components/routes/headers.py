"""Security headers on every answer. The policy is also the net under "no request leaves the machine"."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from components.routes.html import inline_script_hashes
from db.settings import settings

OWN = ("/auth/", "/files/", "/healthz", "/print/")


def policy() -> str:
    """The content security policy: own origin only; `blob:` is how Streamlit loads the code of own components."""
    scripts = " ".join(("'self'", "blob:", "'wasm-unsafe-eval'", *inline_script_hashes()))
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src {scripts}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "media-src 'self' blob:",
            "frame-src 'none'",
            "frame-ancestors 'none'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
        )
    )


class SecurityHeaders:
    """ASGI middleware that adds the headers; answers of our own routes are never stored by anybody."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.fixed = {
            "Content-Security-Policy": policy(),
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "same-origin",
            "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
        }
        if settings().https:
            self.fixed["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
            self.fixed["Cross-Origin-Opener-Policy"] = "same-origin"  # browsers heed it on secure origins only

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; touch the start of HTTP answers only."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        own = scope["path"].startswith(OWN)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.fixed.items():
                    headers.setdefault(name, value)
                if own:
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self.app(scope, receive, with_headers)
