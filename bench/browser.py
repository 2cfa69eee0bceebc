"""A browser without a screen: opens a page over Streamlit's websocket, reruns it, and counts what comes back."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.util import calc_hash
from websockets.sync.client import ClientConnection, connect

ADDRESS = "/bench/statements"  # where `bench.app` tells how many SQL statements it has sent


@dataclass(frozen=True, slots=True)
class Rerun:
    """What one rerun sent: messages, bytes on the wire before compression, milliseconds until it was done."""

    messages: int
    size: int
    ms: float


class Tab:
    """One browser tab at a page. Large messages it has seen are not sent again, as for a real browser."""

    def __init__(self, socket: ClientConnection, page: str, query: dict[str, str]) -> None:
        self.socket, self.page, self.query = socket, page, urlencode(query)
        self.known: list[str] = []
        self.kinds: list[str] = []

    def rerun(self) -> Rerun:
        """Run the page once. Raises RuntimeError when the script ended with an error."""
        message = BackMsg()
        message.rerun_script.query_string = self.query
        message.rerun_script.page_script_hash = calc_hash(self.page) if self.page else ""
        message.rerun_script.cached_message_hashes.extend(self.known)
        begun = time.perf_counter()
        self.socket.send(message.SerializeToString())
        messages = size = 0
        self.kinds = []
        while True:
            data = self.socket.recv(timeout=60)
            assert isinstance(data, bytes)  # noqa: S101 - the protocol is binary
            messages, size = messages + 1, size + len(data)
            got = ForwardMsg.FromString(data)
            kind = str(got.WhichOneof("type"))
            self.kinds.append(got.delta.new_element.WhichOneof("type") or kind if kind == "delta" else kind)
            if got.metadata.cacheable and got.hash:
                self.known.append(got.hash)
            if kind == "script_finished":
                break
        if "exception" in self.kinds or got.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY:
            raise RuntimeError(f"page {self.page!r} ended with an error: {self.kinds}")
        return Rerun(messages, size, (time.perf_counter() - begun) * 1000)


@contextmanager
def tab(port: int, page: str, query: dict[str, str], cookie: str) -> Iterator[Tab]:
    """Open a tab; `page` is the address without its slash, `cookie` the header's value ("" = none)."""
    headers = {"Cookie": cookie} if cookie else {}
    address = f"ws://127.0.0.1:{port}/_stcore/stream"
    with connect(
        address,
        additional_headers=headers,
        subprotocols=["streamlit"],
        max_size=None,
        compression=None,  # type: ignore[list-item]
    ) as socket:
        yield Tab(socket, page, query)
