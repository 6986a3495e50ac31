"""What stands on stderr where that is no terminal."""

from twelvelead import progress
from twelvelead.progress import counting, found, transferring


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


def test_lines_tell_the_speed_of_this_call_and_the_time_left(capsys, monkeypatch) -> None:
    now = [100.0]
    monkeypatch.setattr("twelvelead.progress.time.monotonic", lambda: now[0])
    with counting("scored", rate=True) as show:
        show(500, 1000)  # of an earlier call
        now[0] = 110.0
        show(600, 1000)
        now[0] = 120.0
        show(1000, 1000)
    assert capsys.readouterr().err.splitlines() == [
        "scored: 600/1,000, 10.0 a second, 40 s left",
        "scored: 1,000/1,000, 25.0 a second",
    ]


def test_what_is_being_found_is_told_now_and_then(capsys, monkeypatch) -> None:
    now = [0.0]
    monkeypatch.setattr("twelvelead.progress.time.monotonic", lambda: now[0])
    show = found("ECGs found")
    for second in (1.0, 6.0, 7.0):
        now[0] = second
        show(int(1000 * second))
    assert capsys.readouterr().err == "ECGs found: 6,000\n"
