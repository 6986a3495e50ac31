"""Bodies are counted while they come, however they come."""

import asyncio

import pytest

from twelvelead.web.body_limit import BodyLimit
from twelvelead.web.refusal import Refused
from twelvelead.web.settings import MIB, Settings

SETTINGS = Settings(upload_bytes=MIB, body_seconds=60.0)


async def read_all(scope, receive, send):
    scope["read"] = 0
    while True:
        message = await receive()
        scope["read"] += len(message.get("body", b""))
        if not message.get("more_body"):
            break


def scope(**headers):
    return {"type": "http", "headers": [(name.encode(), value.encode()) for name, value in headers.items()]}


def pieces(*sizes, end=True):
    left = list(sizes)

    async def receive():
        if not left:
            await asyncio.Event().wait()
        size = left.pop(0)
        return {"type": "http.request", "body": bytes(size), "more_body": bool(left) or not end}

    return receive


def run(limit, receive, **headers):
    asked = scope(**headers)
    asyncio.run(limit(asked, receive, None))
    return asked["read"]


def test_as_much_as_allowed_passes():
    limit = BodyLimit(read_all, SETTINGS)
    assert run(limit, pieces(MIB // 2, MIB // 2)) == MIB
    assert run(limit, pieces(0)) == 0
    assert limit._held == 0


@pytest.mark.parametrize("sizes", [(MIB + 1,), (MIB, 1), (1,) * 3 + (MIB,)])
def test_a_byte_more_is_refused_without_a_stated_length(sizes):
    limit = BodyLimit(read_all, SETTINGS)
    with pytest.raises(Refused, match="at most 1 MiB") as caught:
        run(limit, pieces(*sizes, end=False))
    assert caught.value.status == 413 and limit._held == 0


@pytest.mark.parametrize("claim", [str(MIB + 1), "9" * 30])
def test_a_stated_length_is_refused_before_a_byte_is_read(claim):
    async def never(scope, receive, send):
        raise AssertionError("was asked")

    with pytest.raises(Refused) as caught:
        run(BodyLimit(never, SETTINGS), pieces(1), **{"content-length": claim})
    assert caught.value.status == 413


def test_a_slow_body_is_refused():
    limit = BodyLimit(read_all, Settings(upload_bytes=MIB, body_seconds=0.05))
    with pytest.raises(Refused, match="did not come within") as caught:
        run(limit, pieces(10, end=False))
    assert caught.value.status == 408 and limit._held == 0


def test_all_bodies_together_are_bounded():
    limit = BodyLimit(read_all, SETTINGS)
    most = SETTINGS.bytes_at_once // MIB

    async def main():
        waiting = [asyncio.create_task(limit(scope(), pieces(MIB, end=False), None)) for _ in range(most)]
        while limit._held < most * MIB:
            await asyncio.sleep(0)
        with pytest.raises(Refused) as caught:
            await limit(scope(), pieces(1), None)
        assert caught.value.status == 503
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

    asyncio.run(main())
    assert limit._held == 0
