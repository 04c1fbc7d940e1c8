"""What may be typed after ``leadbook import``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.cli import commands
from leadbook.cli.usual_arguments import add_as_of, add_dry_run

if TYPE_CHECKING:
    import argparse
    from argparse import _SubParsersAction


def add_import(words: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command ``import``."""
    imports = words.add_parser(
        "import", help="add the leads of CSV or Excel files to a workbook; known ones are updated"
    )
    imports.add_argument(
        "files", nargs="+", metavar="FILE", help="a .csv or .xlsx file, several that belong together, or a folder"
    )
    imports.add_argument("--into", required=True, metavar="BOOK", help="the workbook that receives them")
    imports.add_argument(
        "--policy",
        choices=("fill-blanks", "newest", "ours", "theirs"),
        default="fill-blanks",
        help="whose word counts where the workbook and a file disagree about a known lead (default: fill-blanks, "
        "which leaves every filled cell and lists what differs)",
    )
    imports.add_argument(
        "--preset",
        default="",
        metavar="NAME",
        help="hubspot, salesforce, pipedrive, zoho or dynamics: who exported the files (default: the headers tell)",
    )
    imports.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="THEIRS=OURS",
        help='what a column means, as "Mail 1=Email"; "Mail 1=ignore" keeps it as a column of your own',
    )
    imports.add_argument("--encoding", default="", help="of text files, such as cp1250 (default: worked out)")
    imports.add_argument("--delimiter", default="", help="of text files: one character, or tab (default: worked out)")
    imports.add_argument("--json", action="store_true", help="print the summary as JSON")
    add_as_of(imports)
    add_dry_run(imports)
    imports.set_defaults(command=commands.import_files)
