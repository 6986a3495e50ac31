"""Whoever sends on without looking gets the answer of a refusal; whoever sends on for ever is cut; nothing is kept."""

import asyncio
import socket
from contextlib import asynccontextmanager, suppress

import pytest
import uvicorn
from uvicorn.server import ServerState

from twelvelead.web.http_protocol import PatientProtocol

BODY = bytes(900_000)
PIECE = bytes(65_536)
FOR_EVER = 3600.0
WAIT_S = 60
"""On a busy machine, before a test is given up."""


async def refusal(scope, receive, send):
    """Reads nothing of a body."""
    await send({"type": "http.response.start", "status": 503, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"no"})


async def refusal_midway(scope, receive, send):
    """Reads some of it."""
    await receive()
    await refusal(scope, receive, send)


def head(connection: str = "close", length: int = len(BODY)) -> bytes:
    return f"POST / HTTP/1.1\r\nHost: a\r\nConnection: {connection}\r\nContent-Length: {length}\r\n\r\n".encode()


class Serving:
    """A server in this process, its connections in the order of their coming, and their clients."""

    def __init__(self, app, **bounds):
        self.config = uvicorn.Config(app, lifespan="off", log_config=None)
        self.config.load()
        self.state = ServerState()
        self.made = []
        self.clients = []
        serving = self

        class Watched(PatientProtocol):
            def connection_made(self, transport):
                serving.made.append(self)
                self.gone = asyncio.Event()
                super().connection_made(transport)

            def connection_lost(self, error):
                super().connection_lost(error)
                self.gone.set()

        unbounded = {"patience_s": FOR_EVER, "rest_s": FOR_EVER}
        for name, value in {**unbounded, **bounds}.items():
            setattr(Watched, name, value)
        self.protocol = Watched

    @asynccontextmanager
    async def listening(self):
        loop = asyncio.get_running_loop()
        listener = socket.create_server(("127.0.0.1", 0))
        self.address = listener.getsockname()
        server = await loop.create_server(lambda: self.protocol(self.config, self.state, {}), sock=listener)
        async with server, asyncio.timeout(WAIT_S):
            yield
            for client in self.clients:
                client.close()
                with suppress(ConnectionError):  # of those that were cut
                    await client.wait_closed()
            for connection in self.made:
                await connection.gone.wait()

    async def client(self, first: bytes):
        """One that has sent so much."""
        reader, writer = await asyncio.open_connection(*self.address)
        self.clients.append(writer)
        writer.write(first)
        await writer.drain()
        return reader, writer

    async def refused(self, first: bytes):
        """One that has its answer, and has sent no more of its request than that."""
        reader, writer = await self.client(first)
        assert (await reader.readuntil(b"no")).startswith(b"HTTP/1.1 503")
        return reader, writer


@pytest.mark.parametrize("app", [refusal, refusal_midway])
@pytest.mark.parametrize("first", [1, 300_000])
def test_the_rest_of_a_body_is_taken(app, first):
    async def main():
        serving = Serving(app)
        async with serving.listening():
            reader, writer = await serving.refused(head() + BODY[:first])
            assert await reader.read() == b""  # the server's half is ended: a client that looks may stop
            writer.write(BODY[first:])
            await writer.drain()
            (connection,) = serving.made
            assert connection.cycle.body == b"" and connection.conn.trailing_data[0] == b""
            writer.close()
            await writer.wait_closed()  # it was not cut

    asyncio.run(main())


def test_a_connection_that_may_be_kept_is_kept():
    async def main():
        serving = Serving(refusal_midway)
        async with serving.listening():
            reader, writer = await serving.refused(head("keep-alive") + BODY[:1])
            writer.write(BODY[1:] + head("keep-alive", length=1) + b"x")
            assert (await reader.readuntil(b"no")).startswith(b"HTTP/1.1 503")
            assert not serving.made[0]._rest.is_awaited

    asyncio.run(main())


def test_what_is_no_http_is_answered_while_it_comes():
    async def main():
        serving = Serving(refusal)
        async with serving.listening():
            reader, writer = await serving.client(b"\x16\x03\x01 hello\r\n\r\n")
            assert (await reader.read()).startswith(b"HTTP/1.1 400")
            writer.write(BODY)
            await writer.drain()
            writer.close()
            await writer.wait_closed()  # it was not cut

    asyncio.run(main())


@pytest.mark.parametrize("connection", ["close", "keep-alive"])
@pytest.mark.parametrize("bound", [{"rest_bytes": 2**20}, {"rest_s": 0.2}], ids=["bytes", "seconds"])
def test_who_sends_for_ever_is_cut(connection, bound):
    async def main():
        serving = Serving(refusal, **bound)
        async with serving.listening():
            _, writer = await serving.refused(head(connection, length=10**12))
            with suppress(ConnectionError):  # after the cut
                while not serving.made[0].gone.is_set():
                    writer.write(PIECE)
                    await writer.drain()
                    await asyncio.sleep(0)
            await serving.made[0].gone.wait()

    asyncio.run(main())


@pytest.mark.parametrize("connection", ["close", "keep-alive"])
def test_who_goes_silent_is_cut(connection):
    async def main():
        serving = Serving(refusal, patience_s=0.2)
        async with serving.listening():
            await serving.refused(head(connection) + BODY[:1])
            await serving.made[0].gone.wait()

    asyncio.run(main())


@pytest.mark.parametrize("connection", ["close", "keep-alive"])
def test_the_heard_out_make_room_for_new_ones(connection):
    async def main():
        serving = Serving(refusal, most_connections=2)
        async with serving.listening():
            for _ in range(5):
                await serving.refused(head(connection))
            await asyncio.gather(*(one.gone.wait() for one in serving.made if one not in serving.state.connections))
            assert len(serving.state.connections) == 2 and serving.made[-1] in serving.state.connections

    asyncio.run(main())


def test_who_waits_for_an_answer_makes_no_room():
    async def never(scope, receive, send):
        while (await receive())["type"] != "http.disconnect":
            pass

    async def main():
        serving = Serving(never, most_connections=1)
        async with serving.listening():
            await serving.client(head())
            reader, _ = await serving.client(b"")
            with suppress(ConnectionResetError):
                assert await reader.read() == b""
            assert [one.gone.is_set() for one in serving.made] == [False, True]

    asyncio.run(main())


@pytest.mark.parametrize("connection", ["close", "keep-alive"])
def test_the_heard_out_do_not_hold_up_the_end(connection):
    async def main():
        serving = Serving(refusal)
        async with serving.listening():
            await serving.refused(head(connection))
            serving.made[0].shutdown()
            await serving.made[0].gone.wait()

    asyncio.run(main())


def test_an_application_is_told_when_a_body_turns_out_to_be_no_http():
    told = []

    async def reads(scope, receive, send):
        while (message := await receive())["type"] == "http.request":
            pass
        told.append(message["type"])

    async def main():
        serving = Serving(reads)
        async with serving.listening():
            chunked = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\nno number\r\n"
            reader, _ = await serving.client(chunked)
            assert (await reader.read()).startswith(b"HTTP/1.1 400")
            while not told:
                await asyncio.sleep(0)

    asyncio.run(main())
