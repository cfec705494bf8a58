"""The command and how a user's mistake is answered: three parts, exit code 2, never a traceback."""

from __future__ import annotations

import json
import os
import signal
import sys
from contextlib import suppress

import typer

from pipelines.cli.progress import say

INTERRUPTED = 130
STOPPED = "Stopped. What was finished is kept; run the same command again to go on."
ROOMS = frozenset({"features", "models", "serving", "pipelines"})

# typer carries a click of its own and exports only some of its exceptions; the others share their bases.
UsageError: type[Exception] = typer.BadParameter.__mro__[1]
ClickError: type[Exception] = typer.BadParameter.__mro__[2]

app = typer.Typer(
    name="duecourse",
    help="Risk scores and a fair, explainable worklist for overdue consumer loans.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class UsageRefused(ValueError):
    """The words of a command do not go together."""


def is_answer(error: BaseException) -> bool:
    """Return whether an exception is a message to the user rather than a defect of ours.

    Exceptions whose class is defined in a room are written in three parts for the user;
    anything else that is raised is a bug and keeps its traceback.
    """
    return type(error).__module__.split(".")[0] in ROOMS


def answer_of(error: BaseException) -> str:
    """Return the text of a user's mistake, one problem a line.

    Examples
    --------
    >>> answer_of(UsageRefused("Expected a date, found 'x'. Give YYYY-MM-DD."))
    "Expected a date, found 'x'. Give YYYY-MM-DD."
    """
    problems = getattr(error, "problems", None)
    if problems:
        return "\n".join(str(problem) for problem in problems)
    return str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)


def run() -> None:
    """Run the command line of this process and exit with its code."""
    before = signal.signal(signal.SIGTERM, _stop)
    try:
        _run(as_json="--json" in sys.argv)
    finally:
        signal.signal(signal.SIGTERM, before)


def _run(*, as_json: bool) -> None:
    try:
        from pipelines.cli import books, lists, models, nights, reports  # noqa: F401  (the commands register themselves)

        code = app(standalone_mode=False)
    except (typer.Abort, KeyboardInterrupt):
        say(STOPPED)
        sys.exit(INTERRUPTED)
    except ClickError as error:
        _refuse(_usage_answer(error), as_json=as_json)
    except BrokenPipeError:  # whoever read has left: nobody is there to be told
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        _refuse(_disk_answer(error), as_json=as_json)
    except Exception as error:
        behind = error.__cause__ or error.__context__
        if isinstance(error, SystemError) and isinstance(behind, SystemExit):  # a signal met compiled code
            sys.exit(behind.code)
        if not is_answer(error):
            raise
        _refuse(answer_of(error), as_json=as_json)
    if code == INTERRUPTED:
        say(STOPPED)
    sys.exit(code if isinstance(code, int) else 0)


def _stop(number: int, frame: object) -> None:
    """End as an interrupted run ends, so that no temporary file stays behind."""
    say(STOPPED)
    sys.exit(128 + number)


def _refuse(text: str, *, as_json: bool) -> None:
    if as_json:
        with suppress(OSError):
            sys.stdout.write(json.dumps({"error": text}, ensure_ascii=False, indent=2) + "\n")
            sys.stdout.flush()
            sys.exit(2)
    say(text)
    sys.exit(2)


def _usage_answer(error: Exception) -> str:
    told = str(getattr(error, "format_message", error.__str__)()).rstrip(".")
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "duecourse"
    return f"Expected a command as its help describes, found: {told}. Run '{command} --help' for an example."


def _disk_answer(error: OSError) -> str:
    named = f" {error.filename}" if error.filename else " the files and the output"
    return (
        f"Expected to read or write{named}, found: {error.strerror or error}. "
        "Check the path, the rights and the space on the disk, then run the command again."
    )
