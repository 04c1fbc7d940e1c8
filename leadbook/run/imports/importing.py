"""Leads from other files into the workbook: mapped, joined, converted, and added to what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, structs

from leadbook.books.closed import ClosedBook
from leadbook.books.incoming import WORKED_OUT, TextForm
from leadbook.books.starter import add_to
from leadbook.model.defaults import DEFAULT_PLAYBOOK
from leadbook.model.issues import InputError
from leadbook.model.leads import read_records
from leadbook.model.mapping_values import convert
from leadbook.run.imports.activities import add_activities, events_of
from leadbook.run.imports.alone import import_logs
from leadbook.run.imports.fitting import fit_columns, with_ids
from leadbook.run.imports.identities import RECORD_ID
from leadbook.run.imports.joining import gather
from leadbook.run.imports.logs import is_log
from leadbook.run.imports.matches import match
from leadbook.run.imports.notes import add_settings, misleading, remember_mapping
from leadbook.run.imports.overruling import overruled, remember_overruled
from leadbook.run.imports.policies import Court, Policy, moments_of, settle
from leadbook.run.imports.quotes import add_quote_lines, is_quote_lines
from leadbook.run.imports.refusals import refuse_foreign, refuse_nobody
from leadbook.run.imports.sheet_names import with_sheet_names
from leadbook.run.imports.sources import incoming_tables
from leadbook.run.imports.standing import Standing
from leadbook.run.imports.summary import Conflict, ImportSummary
from leadbook.run.imports.upserting import differences
from leadbook.run.imports.writing import (
    Target,
    append_new,
    is_written,
    prepare_columns,
    update_known,
    without_needless,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    from leadbook.books.book import Book
    from leadbook.model.playbook import Playbook
    from leadbook.run.imports.matches import Matched
    from leadbook.run.imports.policies import Verdict
    from leadbook.run.imports.upserting import Difference

__all__ = ["Conflict", "ImportSummary", "Policy", "Wishes", "import_files"]


class Wishes(Struct, frozen=True):
    """What the user wants of an import otherwise than by itself.

    Parameters
    ----------
    policy : {"fill-blanks", "newest", "ours", "theirs"}
        Whose word counts where the workbook and the file disagree about a known lead; see ``policies.settle``.
    preset : str
        Name of the program that exported the files; "" lets their headers tell.
    mapped : tuple of str
        ``Their header=Our column``, against whatever leadbook would think.
    form : TextForm
        Encoding and delimiter of text files; blank ones are worked out.
    """

    policy: Policy = "fill-blanks"
    preset: str = ""
    mapped: tuple[str, ...] = ()
    form: TextForm = WORKED_OUT


NO_WISHES = Wishes()
_WHO = frozenset({"lead_id", "company", "first_name", "last_name", "email", "website"})


def import_files(
    book: Book,
    sources: Sequence[Path],
    playbook: Playbook,
    today: dt.date,
    wishes: Wishes = NO_WISHES,
) -> ImportSummary:
    """Plan an import into a workbook; ``book.save()`` carries it out.

    Parameters
    ----------
    book : Book
        With a table of leads and leadbook's Settings.
    sources : sequence of Path
        CSV or Excel files, or folders of them. Of several tables the one of leads or deals is found, and the
        others are joined to it.
    playbook : Playbook
        Read from the workbook: stages, mappings, how dates are typed.
    today : date
        Events after it are plans, no activities.
    wishes : Wishes
        What the user wants done otherwise than by itself.

    Returns
    -------
    ImportSummary

    Raises
    ------
    InputError
        When a file cannot be read or holds no leads, or the workbook has no table of leads.

    Notes
    -----
    Importing the same files again changes nothing, under each policy, once ``settling.import_until_settled`` has
    gone on to that point. Columns that mean nothing to leadbook are
    kept as columns of the seller's own at the right of the Leads table. A Lead ID of the file is kept as text;
    where there is none, leadbook gives one.
    """
    policy = wishes.policy
    tables = incoming_tables(sources, book.contents.name, wishes.form)
    if not tables:
        raise InputError("There is nothing to import: the files hold no table.")
    records, _ = read_records(book.contents, playbook)
    raw = records.leads.table
    if raw is None:
        raise InputError(f"{book.contents.name} has no table of leads; run `leadbook adopt` on it first.")
    known = tuple(
        structs.replace(entry, table="Leads")
        for entry in playbook.mappings
        if entry.table.casefold() in {raw.name.casefold(), "leads", ""}
    )
    quotes = [table for table in tables if is_quote_lines(table)]
    others = [table for table in tables if not is_quote_lines(table)]
    if not others:
        raise InputError("There is nothing to import: the files hold quote lines only, and no leads.")
    if not any(table.n_rows for table in others):
        raise InputError(f"{others[0].source} has headers but no rows below them, so there is nothing to import.")
    if not wishes.mapped and all(is_log(table) for table in others if table.n_rows):
        return import_logs(book, others, records, today)
    others = with_sheet_names(others)
    said = overruled(wishes.mapped, others)
    gathered = gather(others, (*known, *said), playbook, wishes.preset)
    refuse_foreign(gathered)
    converted = convert(gathered.keyed, gathered.extra, playbook, headers=gathered.headers)
    incoming, renamed = fit_columns(converted, gathered, records.leads)
    standing = Standing(records.leads, playbook)
    matched = match(incoming, standing, records)
    if matched.new:
        refuse_nobody(gathered, incoming)
    incoming = with_ids(matched, standing, records, policy)
    book.make_room(raw.name, len(matched.new))
    if isinstance(book, ClosedBook):
        add_to(book, DEFAULT_PLAYBOOK, only=("Settings",))
    changes = differences(incoming, standing, matched.found, lambda _: False)
    changes = [change for change in changes if change.blank or change.key != "lead_id"]
    moments = moments_of(incoming, standing, records)
    verdicts = settle(changes, Court(policy, playbook, incoming, standing, moments))
    written, needless = without_needless(incoming, standing, verdicts, matched.new)
    columns_added, headers = prepare_columns(book, raw, records.leads, written)
    target = Target(book, raw, headers, gathered, tuple(columns_added))
    filled, overwritten, conflicts, touched = update_known(target, standing, written, verdicts)
    added = append_new(target, written, matched.new)
    activities, activity_notes = add_activities(book, events_of(gathered, incoming, playbook), records, today)
    lines, quote_notes = add_quote_lines(book, quotes, gathered, incoming, records)
    products, reps = add_settings(book, gathered, playbook)
    notes = [*gathered.notes, *converted.notes, *renamed, *matched.notes, *needless, *activity_notes, *quote_notes]
    notes += [join.sentence for join in gathered.joined]
    present = {*records.leads.headers, *written.keyed}
    remember_mapping(book, gathered.mapping, raw, playbook, misleading(written, present))
    remember_overruled(book, said, raw)
    return ImportSummary(
        added=len(matched.new), updated=len(touched), unchanged=len(matched.found) - len(touched), filled=filled,
        conflicts=tuple(conflicts), mapping=gathered.mapping, joined=tuple(gathered.joined),
        columns_added=tuple(columns_added), activities_added=activities, quote_lines_added=lines,
        products_added=products, reps_added=reps, notes=tuple(notes),
        issues=tuple(issue for table in tables for issue in table.issues),
        policy=policy, overwritten=overwritten, doubled=matched.doubled, added_leads=tuple(added),
        lookalikes=matched.lookalikes(incoming), matched_by=matched.how,
        contested=_is_contested(matched, verdicts, incoming.deal),
    )  # fmt: skip


def _is_contested(matched: Matched, verdicts: Sequence[Verdict], deal: str | None) -> bool:
    """Tell whether the next import of the same files may find other leads than this one did."""
    if matched.by_id_alone:
        return any(verdict.difference.header == RECORD_ID for verdict in verdicts)
    # A cell that is left lets a row find its lead by less; that matters where a new lead may now be nearer to it.
    return matched.contested or any(
        (is_written(verdict) or matched.new) and _tells_who(verdict.difference, deal) for verdict in verdicts
    )


def _tells_who(change: Difference, deal: str | None) -> bool:
    """Tell whether leads are told apart by a column, so that a change in it can make one look like another row."""
    if change.key:
        return change.key in _WHO
    return change.header in {deal, RECORD_ID} or "mail" in change.header.casefold()
