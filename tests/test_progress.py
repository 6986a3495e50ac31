"""What stands on stderr where that is no terminal."""

from twelvelead import progress
from twelvelead.progress import transferring


def clock(monkeypatch, *times):
    ticks = iter(times)
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(ticks))


def test_a_transfer_shows_its_speed_and_time_left(monkeypatch, capsys):
    clock(monkeypatch, 0, 10, 11, 20, 30, 40, 41)
    with transferring("downloaded") as show:
        show(500_000_000, 3_500_000_000)  # of an earlier call: no part of the speed
        show(501_000_000, 3_500_000_000)
        show(510_000_000, 3_500_000_000)
        show(3_400_000_000, 3_500_000_000)
        show(3_500_000_000, 3_500_000_000)
        show(3_500_000_000, 3_500_000_000)
    assert capsys.readouterr().err.splitlines() == [
        "downloaded: 500.0 of 3,500.0 MB",
        "downloaded: 510.0 of 3,500.0 MB, 1.00 MB/s, 50 min left",
        "downloaded: 3,400.0 of 3,500.0 MB, 145.00 MB/s, 1 s left",
        "downloaded: 3,500.0 of 3,500.0 MB",
    ]
