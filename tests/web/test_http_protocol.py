"""A connection is given up when its client stops, also where uvicorn has closed it and the system holds the rest."""

import asyncio
import socket

import pytest
import uvicorn
from uvicorn.server import ServerState

from twelvelead.web.http_protocol import PatientProtocol

LONG = 50_000
"""Bytes: more than the socket below holds, less than what asyncio waits with (64 KiB) before it says so."""


async def answer(scope, receive, send):
    headers = [(b"content-length", b"%d" % LONG)]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": bytes(LONG)})


@pytest.mark.parametrize("connection", ["close", "keep-alive"])
def test_the_last_of_an_answer_that_nobody_takes(connection, monkeypatch):
    monkeypatch.setattr(PatientProtocol, "patience_s", 0.05)

    async def main():
        loop = asyncio.get_running_loop()
        config = uvicorn.Config(answer, lifespan="off", log_config=None, timeout_keep_alive=0)
        config.load()
        lost = loop.create_future()

        class Watched(PatientProtocol):
            def connection_lost(self, error):
                super().connection_lost(error)
                lost.set_result(True)

        ours, theirs = socket.socketpair()
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        with theirs:
            await loop.connect_accepted_socket(lambda: Watched(config, ServerState(), {}), ours)
            theirs.sendall(f"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: {connection}\r\n\r\n".encode())
            assert await asyncio.wait_for(lost, 30)
            theirs.settimeout(30)
            assert len(theirs.recv(LONG, socket.MSG_WAITALL)) < LONG  # it was cut, not taken

    asyncio.run(main())


def test_no_answer_waits_for_the_client_to_acknowledge_its_head():
    """Over a listening socket made as `serving` makes it, for which asyncio itself does not see to that."""

    async def main():
        loop = asyncio.get_running_loop()
        config = uvicorn.Config(answer, lifespan="off", log_config=None)
        config.load()
        found = loop.create_future()

        class Watched(PatientProtocol):
            def connection_made(self, transport):
                super().connection_made(transport)
                connection = transport.get_extra_info("socket")
                found.set_result(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))

        listener = socket.create_server(("127.0.0.1", 0))
        async with await loop.create_server(lambda: Watched(config, ServerState(), {}), sock=listener):
            _, writer = await asyncio.open_connection(*listener.getsockname())
            assert await found
            writer.close()
            await writer.wait_closed()

    asyncio.run(main())
