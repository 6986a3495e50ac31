"""A process of the local engine: `python -m twelvelead.commands.archive.local_worker`.

Standard input brings the job, then one request a line; standard output takes a line of JSON for each sign of life, each
finished shard, and the error that ends the work. It ends with its input, or when nobody reads its output any more.
"""

import json
import os
import sys
from collections.abc import Callable
from typing import IO

from twelvelead.commands.archive.job import Job
from twelvelead.errors import TwelveleadError

__all__ = ["main"]


def main() -> int:
    """Serve until the input ends."""
    # Before any library that starts threads: there is a process for each core already.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)  # whatever a library prints must not get between the answers
    try:
        _serve(sys.stdin, lambda **answer: print(json.dumps(answer), file=answers, flush=True))
    except BrokenPipeError:  # the main process is gone
        os._exit(1)
    return 0


def _serve(requests: IO[str], say: Callable[..., None]) -> None:
    from twelvelead.commands.archive.shard import ShardScorer

    try:
        scorer = ShardScorer(Job.from_json(requests.readline()))
        say(ready=True)
        for line in requests:
            request = json.loads(line)
            say(done=scorer.score(request["shard"], request["careful"], lambda ecgs: say(ecgs=ecgs)))
    except TwelveleadError as error:
        say(error=str(error))


if __name__ == "__main__":
    sys.exit(main())
