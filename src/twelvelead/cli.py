"""The command line: configuration file, call, exit code.

Exit codes: 0 done, 1 the input or the work failed (one sentence, no traceback), 2 usage, 130 stopped by Ctrl-C.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import cyclopts

from twelvelead.cli_commands import app
from twelvelead.config import read_toml
from twelvelead.errors import ConfigError, TwelveleadError, require_choice
from twelvelead.processes import WORDS, first_to_tell

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    # GNU OpenMP's default is to spin for milliseconds, which next to a busy core makes an LSTM's small steps up
    # to hundreds of times slower; must be set before torch is loaded.
    os.environ.setdefault("GOMP_SPINCOUNT", "1000")
    words = list(sys.argv[1:] if arguments is None else arguments)
    WORDS.set(tuple(words))
    try:
        # A lone - is a file, standard input; the parser would take it for an option.
        words = ["./-" if word == "-" else word for word in words]
        result = app(_use_config(words), exit_on_error=False, print_error=False)
        return result if isinstance(result, int) else 0
    except cyclopts.CycloptsError as error:
        return _fail(_usage_sentence(error), 2)
    except ConfigError as error:
        return _fail(str(error), 2)
    except TwelveleadError as error:
        return _fail(str(error), 1)
    except ModuleNotFoundError as error:
        if not error.name or error.name.partition(".")[0] == "twelvelead":
            raise
        return _fail(f"this needs {error.name}, which is not installed: pip install {error.name}", 1)
    except KeyboardInterrupt as error:
        return _fail(str(error) or "stopped by hand; the same command goes on where it can.", 130)
    except BrokenPipeError:
        # The reader of stdout went away; nothing is left to say to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 1
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _fail(f"{where}{error.strerror or error}.", 1)
    except MemoryError:
        return _fail("not enough memory.", 1)


def _fail(sentence: str, code: int) -> int:
    if first_to_tell():
        print(f"twelvelead: {sentence}", file=sys.stderr, flush=True)
    return code


def _use_config(words: list[str]) -> list[str]:
    """Let the file after `--config` supply options; returns the other words.

    Raises:
        ConfigError: no file follows, or it has no table for this command or one that no command has.
    """
    app.config = ()
    path, words = _take_config(words)
    if path is None:
        return words
    tables = read_toml(path)
    commands = [name for name in app if not name.startswith("-")]
    for table in tables:
        require_choice(f"{path}: table", table, commands)
    command = next((word for word in words if word in commands), None)
    if command and command not in tables:
        raise ConfigError(f"{path} has no table [{command}], only {', '.join(f'[{name}]' for name in tables)}.")
    app.config = (cyclopts.config.Toml(path, must_exist=True),)
    return words


def _take_config(words: list[str]) -> tuple[Path | None, list[str]]:
    for position, word in enumerate(words):
        if word.startswith("--config="):
            return Path(word.partition("=")[2]), words[:position] + words[position + 1 :]
        if word == "--config":
            if position + 1 == len(words):
                raise ConfigError("--config needs a file.")
            return Path(words[position + 1]), words[:position] + words[position + 2 :]
    return None, words


_NUMBERS: dict[object, str] = {int: "a whole number", float: "a number"}


def _usage_sentence(error: cyclopts.CycloptsError) -> str:
    if isinstance(error, cyclopts.CoercionError) and error.argument and error.token:
        allowed, token = _NUMBERS.get(error.target_type), error.token
        where = "" if token.source in ("", "cli") else f" in {token.source}"
        if allowed:
            return f"{error.argument.name} is {token.value!r}{where}; allowed is {allowed}."
    text = " ".join(str(error).split())
    if isinstance(error, cyclopts.UnknownOptionError) and error.argument_collection:
        given = (a.names[0] for a in error.argument_collection if a.names and a.parse)
        names = sorted({name for name in given if name.startswith("--")})
        text += f" Allowed are {', '.join(names)}."
    return text


if __name__ == "__main__":
    sys.exit(main())
