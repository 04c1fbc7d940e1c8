"""Carrying a plan out in an open workbook: the change log first, then each sheet, and all of it back on an error."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from leadbook.books.live.calls import BookGoneError
from leadbook.books.live.guard import undisturbed, unfiltered
from leadbook.books.live.journal import Journal, NameBefore, encoded, take_back
from leadbook.books.live.kept import keep
from leadbook.books.live.lists import Lists
from leadbook.books.live.pages import Pages
from leadbook.books.live.tinting import is_tinted
from leadbook.books.ownership import mark_comment, mark_name, reference, written_area
from leadbook.model.issues import BookRefusedError, LeadbookError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadbook.books.live.book import LiveBook
    from leadbook.books.live.journal import Entry
    from leadbook.books.live.outline import OpenName
    from leadbook.sheets.spec import Sheet

TOKEN_NAME = "_leadbook_last_write"  # noqa: S105 - the name of a hidden workbook name


def write_staged(live: LiveBook) -> Journal | None:
    """Write what is staged and does not stand there yet, and return what stood there before; None where all stands.

    Raises
    ------
    LeadbookError
        Nothing was written, or what was written is named.
    """
    staged, calls, seam, book = live.staged, live.calls, live.seam, live.book
    pages = Pages(book, calls, seam, date_1904=live.contents.date_system == 1904)
    lists = Lists(live)
    lists.refuse_no_room()
    with undisturbed(book, calls, seam):
        lists.refuse_moved()
        entries: list[Entry] = []
        for name, sheet in staged.own_sheets:
            entries += pages.note(sheet, name, None)
        for _, name, sheet, mark in staged.generated:
            entries += pages.note(sheet, name, mark)
        seller_entries = lists.note()
        if not entries and not seller_entries and _stands(live, pages):
            return None  # no filter is touched, and an undo goes back to what was there before the last one that wrote
        journal = _journal(live, lists, [*entries, *_note_names(live), *seller_entries])
        with unfiltered(book, _guarded(live), calls):
            _write(live, pages, lists, journal)
    return journal


def _guarded(live: LiveBook) -> list[tuple[str, str]]:
    """Return the sheet and the name of each table whose rows have to be in sight when it is written."""
    own = dict(live.staged.own_sheets)
    touched = [place for place in live.staged.tables_touched(live.places) if place.sheet not in own]
    guarded = [(place.sheet, place.name) for place in touched]
    for _, name, _, mark in live.staged.generated:
        if mark is not None:
            guarded += [(place.sheet, place.name) for place in live.places.values() if place.sheet == name]
    return guarded


def _stands(live: LiveBook, pages: Pages) -> bool:
    """Tell whether sheets of which no cell differs look as they shall too, and are named and marked so."""
    return all(
        pages.stands(name, mark) and all(_is_named(live, *given) for given in _names_of(wanted, name, sheet, pages))
        for wanted, name, sheet, mark in live.staged.generated
    ) and is_tinted(live)


def _write(live: LiveBook, pages: Pages, lists: Lists, journal: Journal) -> None:
    staged, done = live.staged, list[str]()
    if live.journal_folder is not None:
        keep(live.journal_folder, journal)
    try:
        for name, sheet in staged.own_sheets:
            pages.write(sheet, name, None)
            done.append(f"sheet {name}")
        for wanted, name, sheet, mark in staged.generated:
            anew = pages.write(sheet, name, mark, wanted)
            for given in _names_of(wanted, name, sheet, pages):
                # What is drawn anew lost its mark while it was not whole.
                _put_name(live, *given, anew=anew and given[2] is not None)
            done.append(f"sheet {name}")
        done += lists.write()
        _put_name(live, TOKEN_NAME, f'"{journal.mark}"', "")
    except BaseException as failure:
        _undo_halves(live, journal, done, failure)
        raise


def _undo_halves(live: LiveBook, journal: Journal, done: list[str], failure: BaseException) -> None:
    """Take back what was written before a failure; say so, or say what stayed.

    Raises
    ------
    LeadbookError
        In place of the failure, with what became of the workbook.
    """
    if not isinstance(failure, BookGoneError):
        try:
            take_back(live.book, journal.entries, live.calls, live.seam)
        except Exception as second:
            stayed = ", ".join(done) or "nothing whole"
            raise BookRefusedError(
                f"{_said(failure)} What was written before could not be taken back: {stayed}. Close the workbook "
                "without saving, or click Undo."
            ) from second
        if isinstance(failure, Exception):
            raise BookRefusedError(
                f"{_said(failure)} Nothing was changed in your lists; click Refresh again to have leadbook's own "
                "sheets drawn anew."
            ) from failure
    elif done:
        raise BookGoneError(f"{failure} Written by then: {', '.join(done)}.") from failure


def _said(failure: BaseException) -> str:
    return str(failure) if isinstance(failure, LeadbookError) else "Excel stopped in the middle of writing."


def _journal(live: LiveBook, lists: Lists, entries: list[Entry]) -> Journal:
    sheet, area, keys = lists.keys()
    word = hashlib.sha256(encoded(Journal(live.contents.name, "", entries=entries))).hexdigest()[:16]
    return Journal(live.contents.name, word, sheet, area, keys, entries)


def _note_names(live: LiveBook) -> list[Entry]:
    wanted = [TOKEN_NAME]
    for wanted_sheet, _, sheet, _ in live.staged.generated:
        wanted += [mark_name(wanted_sheet), *sheet.names]
    return [NameBefore(name, "" if (known := _known(live, name)) is None else f"={known.text}") for name in wanted]


def _known(live: LiveBook, name: str) -> OpenName | None:
    """Return a name of the whole workbook as it was read."""
    for known in live.outline.defined_names.values():
        if known.sheet is None and known.name.casefold() == name.casefold():
            return known
    return None


def _names_of(wanted: str, name: str, sheet: Sheet, pages: Pages) -> Iterator[tuple[str, str, str | None]]:
    """Yield what marks a sheet as leadbook's, and the workbook's names for its areas, with what they refer to."""
    comment = f"{mark_comment(sheet)}; look={pages.look(name)}"
    yield mark_name(wanted), reference(name, written_area(sheet)), comment
    for defined, area in sheet.names.items():
        yield defined, reference(name, area), None


def _is_named(live: LiveBook, name: str, refers_to: str, comment: str | None) -> bool:
    known = _known(live, name)
    return known is not None and known.text == refers_to and comment in {None, known.comment}


def _put_name(
    live: LiveBook, name: str, refers_to: str, comment: str | None = None, *, anew: bool = False
) -> None:  # fmt: skip
    """Give a name what it refers to; one with a comment is hidden."""
    calls, book = live.calls, live.book
    if not anew and _is_named(live, name, refers_to, comment):
        return
    if calls(lambda: name in book.names):
        made = calls(lambda: book.names[name])
        calls(setattr, made, "refers_to", f"={refers_to}")
    else:
        made = calls(lambda: book.names.add(name, f"={refers_to}"))
    if comment is not None:
        calls(lambda: live.seam.hide(made, comment))
