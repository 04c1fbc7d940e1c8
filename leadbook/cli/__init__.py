"""The ``leadbook`` command.

Exit codes: 0 done; 1 ``check`` found errors; 2 the command was typed wrongly; 3 it could not be done, and one
sentence said why; 130 interrupted.
"""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

from leadbook.cli.arguments import parser
from leadbook.model.issues import LeadbookError

if TYPE_CHECKING:
    from collections.abc import Sequence

DONE, FOUND_ERRORS, TYPED_WRONGLY, CANNOT, INTERRUPTED = 0, 1, 2, 3, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Parameters
    ----------
    arguments : sequence of str or None
        What was typed after ``leadbook``; None takes the process's own.
    """
    for stream in (sys.stdout, sys.stderr):
        # A Windows console may know neither "→" nor a customer's name; a "?" beats a crash.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    if not (sys.argv[1:] if arguments is None else arguments):
        parser().print_help(sys.stderr)
        raise SystemExit(TYPED_WRONGLY)
    if arguments is None:
        # A process of its own ends with its command: what a search for cycles would free is freed then.
        gc.disable()
    given = parser().parse_args(arguments)
    try:
        return int(given.command(given))
    except LeadbookError as failure:
        print(f"leadbook: {failure}", file=sys.stderr)
        return CANNOT
    except KeyboardInterrupt:
        print("leadbook: stopped; the workbook is what it was.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of a pipe (head, less) has seen enough.
        sys.stderr.close()
        return DONE
