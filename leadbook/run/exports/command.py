"""``leadbook export``, for Python."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from leadbook.books.closed import ClosedBook
from leadbook.books.incoming import TEXT_ENDINGS
from leadbook.books.saving import write_text_file
from leadbook.model.issues import InputError
from leadbook.model.leads import read_records
from leadbook.model.settings import read_playbook
from leadbook.run.exports.exporting import export_leads, target_of

if TYPE_CHECKING:
    import datetime as dt
    import os

    from leadbook.run.exports.exporting import Export
    from leadbook.run.exports.filters import Filters


def export(
    path: str | os.PathLike[str],
    to: str | os.PathLike[str],
    *,
    as_of: dt.date,
    target: str = "plain",
    filters: Filters | None = None,
    delimiter: str = ",",
    everyone: bool = False,
    force: bool = False,
) -> Export:
    """Write leads of a workbook to a CSV file that mail merge or a CRM takes in; the workbook is only read.

    Parameters
    ----------
    path : path
        The workbook.
    to : path
        The file to write; one that is there already is replaced only with ``force``.
    as_of : date
        Activities after it have not happened.
    target : str
        mailmerge, plain, hubspot, salesforce, pipedrive, zoho or dynamics.
    filters : Filters, optional
        Which leads; all of them by default.
    delimiter : str
        One character.
    everyone : bool
        Whether those who opted out or whose mail bounced go along in a mail merge.
    force : bool

    Raises
    ------
    LeadbookError
        The workbook cannot be read, no lead is left, or the file cannot be written.
    """
    wanted = target_of(target)
    out = Path(to)
    if out.suffix.casefold() not in TEXT_ENDINGS:
        raise InputError(f'"{out.name}" should end in .csv, such as "{out.stem or "leads"}.csv".')
    if out.exists() and not force:
        raise InputError(f'"{out.name}" exists already; choose another name, or add --force to replace it.')
    sign = "\t" if delimiter.casefold() == "tab" else delimiter
    if len(sign) != 1 or sign in '"\r\n':
        raise InputError(f'"{delimiter}" cannot part columns; name one character, or tab.')
    contents = ClosedBook.open(Path(path)).contents
    playbook, _ = read_playbook(contents)
    records, _ = read_records(contents, playbook)
    if records.leads.table is None:
        raise InputError(f"{contents.name} has no table of leads; run `leadbook adopt` on it first.")
    made = export_leads(records, wanted, as_of, filters, delimiter=sign, everyone=everyone)
    write_text_file(out, made.data, force=force)
    return made
