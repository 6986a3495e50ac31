"""What becomes of a shard whose process ended before it was done: again, then ECG by ECG, in the end given up."""

from collections import Counter

from twelvelead.errors import TwelveleadError

__all__ = ["Attempts"]

PLAIN = 2
"""Processes that may end during a shard before its ECGs are tried one by one."""

MOST = 50
"""Processes that one shard may cost; two for each ECG that ends them."""


class Attempts:
    """Counts for each shard the processes that ended during it."""

    def __init__(self) -> None:
        self._ended: Counter[int] = Counter()

    def careful(self, shard: int) -> bool:
        """Whether the shard's ECGs are to be tried one by one."""
        return self._ended[shard] >= PLAIN

    def ended(self, shard: int, how: str) -> None:
        """A process ended during the shard.

        Args:
            shard: its number.
            how: for the message.

        Raises:
            TwelveleadError: that has happened too often.
        """
        self._ended[shard] += 1
        if self._ended[shard] >= MOST:
            raise TwelveleadError(
                f"part {shard} has ended {MOST} processes ({how}), though its worst ECGs are left out by now; "
                "what is finished stays, the same command tries again."
            )
