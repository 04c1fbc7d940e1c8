"""``leadbook templates``: list, check, copy and explain the templates that documents are made from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import structs

if TYPE_CHECKING:
    import argparse
    from argparse import _SubParsersAction

    from leadbook.documents.template_files import TemplateFile

FOUND = 1


def add_templates(words: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``templates`` with its four words."""
    top = words.add_parser("templates", help="list, check, copy and explain the templates of documents")
    inner = top.add_subparsers(title="what to do", metavar="WHAT", required=True)

    listing = inner.add_parser("list", help="the templates there are, and whose is used")
    _add_book(listing)
    _add_json(listing)
    listing.set_defaults(command=list_them)

    checking = inner.add_parser("check", help="everything that is wrong in a template, before a buyer sees it")
    checking.add_argument("files", nargs="*", metavar="FILE", help="the templates (default: all that are used)")
    _add_book(checking)
    _add_json(checking)
    checking.set_defaults(command=check)

    new = inner.add_parser("new", help="copy a template into your folder of templates, to change it there")
    new.add_argument("name", metavar="NAME", help="such as proposal.docx; see leadbook templates list")
    new.add_argument("--as", dest="new_name", default="", metavar="NEWNAME", help="what the copy is called")
    new.add_argument("--to", metavar="FOLDER", help="where to put it (default: templates, beside the workbook)")
    _add_book(new)
    new.set_defaults(command=copy)

    fields = inner.add_parser("fields", help="every field a template may name, with its meaning and an example")
    fields.add_argument(
        "--kind", choices=("proposal", "followup", "brief"), default="proposal", help="which templates' fields"
    )
    _add_json(fields)
    fields.set_defaults(command=explain)


def _add_book(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--book", metavar="BOOK", help="the workbook the folder templates is beside (default: the folder you are in)"
    )


def _add_json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="print it as JSON")


def list_them(given: argparse.Namespace) -> int:
    """``leadbook templates list``."""
    from leadbook.documents.template_review import list_templates

    home = _home(given)
    found = list_templates(home)
    shipped = {file.name.casefold() for file, _ in list_templates(None)}
    if given.json:
        rows = [{"name": file.name, "kind": kind, "own": file.own, "path": str(file.path)} for file, kind in found]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return 0
    widest = max(len(file.name) for file, _ in found)
    for file, kind in found:
        print(f"{file.name:{widest}}  {kind:9}  {_whose(file, shipped)}")
    if not any(file.own for file, _ in found):
        print(f"\nTo change one, copy it first: leadbook templates new {found[0][0].name}")
    return 0


def check(given: argparse.Namespace) -> int:
    """``leadbook templates check [FILE...]``."""
    from leadbook.documents.template_files import TemplateFile, find_template
    from leadbook.documents.template_review import list_templates, review

    home = _home(given)
    files = [
        TemplateFile(Path(name), own=True) if Path(name).is_file() else find_template(home, name)
        for name in given.files
    ] or [file for file, _ in list_templates(home)]
    found = {file.path: review(file) for file in files}
    if given.json:
        rows = [{"file": str(path), "findings": [structs.asdict(one) for one in of]} for path, of in found.items()]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return FOUND if any(found.values()) else 0
    for path, findings in found.items():
        print(f"{path.name}: {_counted(len(findings))}")
        for one in findings:
            print(f"  {one.place + ': ' if one.place else ''}{one.message}")
    return FOUND if any(found.values()) else 0


def copy(given: argparse.Namespace) -> int:
    """``leadbook templates new NAME``."""
    from leadbook.documents.template_files import FOLDER
    from leadbook.documents.template_review import copy_template

    folder = Path(given.to) if given.to else _home(given) / FOLDER
    made = copy_template(given.name, folder, given.new_name)
    program = {".docx": "Word", ".html": "a text editor"}.get(made.suffix.casefold(), "a text editor")
    print(f"Made {made}. Change it in {program}, then run: leadbook templates check {_quoted(made)}")
    return 0


def explain(given: argparse.Namespace) -> int:
    """``leadbook templates fields``."""
    from leadbook.documents.template_kinds import KINDS

    known = KINDS[given.kind].fields()
    if given.json:
        print(json.dumps([structs.asdict(one) for one in known], ensure_ascii=False, indent=2))
        return 0
    widest = max(len(one.name) for one in known)
    loop = ""
    for one in known:
        if one.loop != loop:
            loop = one.loop
            print(f"\n{loop}" if loop else "")
        example = " / ".join(one.example.split("\n"))
        shown = f"  ({example})" if example and one.kind not in {"group", "list"} else ""
        print(f"{'  ' if loop else ''}{one.name:{widest}}  {one.meaning}{shown}")
    some = {"proposal": "proof"}.get(given.kind, "lead.industry")
    print(f"\nWrite a field as {{{{ lead.company }}}}, a condition as {{% if {some} %}} ... {{% endif %}}.")
    return 0


def _home(given: argparse.Namespace) -> Path:
    """Return the folder that a team's own templates are beside."""
    from leadbook.model.issues import InputError

    if not given.book:
        return Path.cwd()
    book = Path(given.book)
    if not book.exists():
        raise InputError(f'There is no file "{given.book}"; give the path of your workbook.')
    return book if book.is_dir() else book.parent


def _whose(file: TemplateFile, shipped: set[str]) -> str:
    if not file.own:
        return "comes with leadbook"
    return f"yours: {file.path}" + (", in place of leadbook's" if file.name.casefold() in shipped else "")


def _counted(findings: int) -> str:
    return "nothing wrong" if not findings else "1 fault" if findings == 1 else f"{findings} faults"


def _quoted(path: Path) -> str:
    return f'"{path}"' if " " in str(path) else str(path)
