"""The ``leadbook`` command.

Exit codes: 0 done; 1 ``check`` found errors, or ``doctor`` a fault; 2 the command was typed wrongly; 3 it could not
be done, and one sentence said why; 130 interrupted.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TextIO

from leadbook import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

DONE, FOUND_ERRORS, TYPED_WRONGLY, CANNOT, INTERRUPTED = 0, 1, 2, 3, 130
_MOMENT_SECONDS = 0.02


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Parameters
    ----------
    arguments : sequence of str or None
        What was typed after ``leadbook``; None takes the process's own.
    """
    from leadbook.cli.arguments import parser
    from leadbook.model.issues import LeadbookError

    # A program without a console, or one that closed its output, has none at all.
    sys.stdout, sys.stderr = sys.stdout or _nowhere(), sys.stderr or _nowhere()
    for stream in (sys.stdout, sys.stderr):
        # A Windows console may know neither "→" nor a customer's name; a "?" beats a crash.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    typed = sys.argv[1:] if arguments is None else arguments
    if not typed:
        parser().print_help(sys.stderr)
        raise SystemExit(TYPED_WRONGLY)
    if arguments is None:
        # A process of its own ends with its command: what a search for cycles would free is freed then.
        gc.disable()
        # No matrix here is so large that threads would pay, and starting them takes as long as importing numpy.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        sys.unraisablehook = _press_again
    given = parser(typed[0]).parse_args(arguments)
    try:
        code = int(given.command(given))
        sys.stdout.flush()
    except LeadbookError as failure:
        print(f"leadbook: {failure}", file=sys.stderr)
        return CANNOT
    except KeyboardInterrupt as stopped:
        if arguments is None:
            sys.unraisablehook = _say_nothing  # what was half made when it came may complain as it is freed
        print(f"leadbook: {_how_it_stopped(stopped)}.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of a pipe (head, less) has seen enough.
        sys.stderr.close()
        return DONE
    except OSError as failure:
        # Workbooks have sentences of their own; this is the output, sent into a file on a full disk.
        with contextlib.suppress(OSError):  # nor, perhaps, can this be
            print(f"leadbook: the output could not be written ({failure.strerror}).", file=sys.stderr)
        return CANNOT
    return code


def _how_it_stopped(stopped: KeyboardInterrupt) -> str:
    from leadbook.books.interrupting import ImpatientInterrupt, TooLateInterrupt

    match stopped:
        case TooLateInterrupt():
            return "stopped too late; the file had been written already"
        case ImpatientInterrupt():
            return "stopped in the middle of a save; the workbook is whole, as it was or as it should have become"
        case _:
            return "stopped; the workbook is what it was"


def _press_again(unraisable: sys.UnraisableHookArgs) -> None:
    """Answer what Python drops: Ctrl+C while an object was being freed is pressed again a moment later."""
    if not issubclass(unraisable.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(unraisable)
        return
    import _thread
    import threading

    threading.Timer(_MOMENT_SECONDS, _thread.interrupt_main).start()


def _say_nothing(_unraisable: sys.UnraisableHookArgs) -> None:
    pass


def _tell_version() -> int:
    with contextlib.suppress(OSError, ValueError):  # its reader has gone, or there is no console
        print(f"leadbook {__version__}", file=sys.stdout or _nowhere())
    return DONE


def _nowhere() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8")


def run() -> NoReturn:
    """Run the command that was typed, and end the process with its exit code.

    Little is left to tidy up by then: files are whole or untouched, pools and threads have ended. Python would
    spend a tenth of a refresh of few leads on freeing each object before the system frees them all.
    """
    try:
        # Which version it is has to be known at once, by whoever asks before every command.
        code = _tell_version() if sys.argv[1:] == ["--version"] else main()
    except KeyboardInterrupt as stopped:  # as early as the imports, or as late as the answer to the first one
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        print(f"leadbook: {_how_it_stopped(stopped)}.", file=sys.stderr)
        code = INTERRUPTED
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it has been done, or stopped, and said
    if "multiprocessing.util" in sys.modules:
        atexit._run_exitfuncs()  # noqa: SLF001 - it would leave a folder behind, and only removes it at the very end
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # its reader has gone, it is closed, or it was said already
            stream.flush()
    os._exit(code)
