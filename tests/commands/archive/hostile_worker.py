"""A local worker whose readers end the process at a file named `poison`, and hang once at one named `hang`.

python hostile_worker.py
"""

import os
import signal
import sys
import time
from pathlib import Path

from twelvelead.commands.archive.local_worker import main
from twelvelead.inference import predict

read = predict.read


def hostile(source: Path, **hints: object):
    if source.stem.endswith("poison"):
        os.kill(os.getpid(), signal.SIGKILL)
    hung = source.with_suffix(".hung")
    if source.stem.endswith("hang") and not hung.exists():
        hung.touch()
        time.sleep(600)
    return read(source, **hints)


if __name__ == "__main__":
    predict.read = hostile
    sys.exit(main())
