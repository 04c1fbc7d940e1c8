"""Which incoming rows are known leads, which are new, and which stand twice in the file."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct, field

from leadbook.analysis.archived import archived_ids, folded_id
from leadbook.model.cells import cell_text, one_line
from leadbook.run.imports.folding import fold
from leadbook.run.imports.identities import id_key, id_system, of_incoming
from leadbook.run.imports.lookalikes import BY_MODEL, match_by_model
from leadbook.run.imports.matching import Matching
from leadbook.run.imports.summary import Lookalike

_LONGEST_NAME = 60

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leadbook.model.mapping_cells import Value
    from leadbook.model.records import Records
    from leadbook.run.imports.identities import Identities
    from leadbook.run.imports.standing import Incoming, Standing


class Matched(Struct, frozen=True):
    """What was found out about the rows of an import.

    Parameters
    ----------
    incoming : Incoming
        With doubled rows put together.
    first : list of int
        For each row, the row that stands for it.
    found : dict of int to int
        Row to the known lead's place in ``Standing``.
    new : list of int
        Rows that are no known lead, in order.
    doubled : int
        Rows that double another one.
    how : mapping of str to int
        By what known leads were recognised, and how many.
    masters : mapping of str to str
        Ids of leads that were merged away to the ids of those they went into.
    notes : list of str
    alike : list of (row, lead's id, probability)
        New rows that look like a known lead.
    addresses : dict of int to str
        Row that the duplicate model knew to the e-mail address that its lead does not have yet.
    contested : bool
        Whether a row could have been several leads, or several rows one lead.
    by_id_alone : bool
        Whether each row has an id of its own and was found by it, or is new.
    """

    incoming: Incoming
    first: list[int]
    found: dict[int, int]
    new: list[int]
    doubled: int
    how: Mapping[str, int]
    masters: Mapping[str, str]
    notes: list[str]
    alike: list[tuple[int, str, float]] = field(default_factory=list)
    addresses: dict[int, str] = field(default_factory=dict)
    contested: bool = False
    by_id_alone: bool = False

    def lookalikes(self, incoming: Incoming) -> tuple[Lookalike, ...]:
        """Return the new leads that look like known ones, once the rows have their ids."""
        return tuple(
            Lookalike(str(incoming.keyed["lead_id"][place]), name, like, probability)
            for (place, like, probability), name in zip(
                self.alike, who(incoming, [place for place, _, _ in self.alike]), strict=True
            )
        )


def match(incoming: Incoming, standing: Standing, records: Records) -> Matched:
    """Find out which rows are known leads.

    Notes
    -----
    Rows doubled in the file are put together first. Then by lead id (or the CRM's own, kept beside it); by company
    and deal name; by e-mail, any of several; by the company's web domain, or its name, with the person's name; by
    the company where nobody in it is known on either side; and by all values, so that a file without any key can
    be imported twice. Of several candidates the one that agrees best in all else is taken, and no lead twice. Two
    different ids of the same program are two records, and so are two deals.
    """
    theirs = of_incoming(incoming)
    folded = fold(incoming, theirs)
    notes = _fold_notes(folded.first, folded.contradictions)
    incoming = folded.incoming
    if notes:
        theirs = of_incoming(incoming)
    masters = merged_away(records)
    matching = Matching(incoming, standing, theirs, masters, folded.places)
    likely: list[tuple[int, int, float]] = []
    if len(standing):
        matching.by_keys()
        matching.by_everything(incoming, standing)
        likely = match_by_model(matching, incoming, standing, records.playbook)
    notes += _repeated_ids(theirs.ids, folded.places)
    new, left_out = _without_archived(matching.unmatched, theirs.ids, records)
    if left_out:
        rows = "1 row is of a lead that was" if left_out == 1 else f"{left_out:,} rows are of leads that were"
        notes.append(f"{rows} archived here, and stay out; take them out of the Archive if they are wanted again.")
    return Matched(
        incoming, folded.first, matching.found, new, incoming.n_rows - len(folded.places),
        Counter(matching.how.values()), masters, notes,
        [(place, cell_text(standing.column(key="lead_id")[at]) or f"the lead in row {standing.rows[at]}", probability)
         for place, at, probability in likely],
        _addresses_to_keep(matching, theirs), matching.contested, matching.by_id_alone,
    )  # fmt: skip


def _addresses_to_keep(matching: Matching, theirs: Identities) -> dict[int, str]:
    """Return the addresses by which leads that only the model knew are found again, where they have no record id."""
    return {
        place: theirs.emails[place][0]
        for place, how in matching.how.items()
        if how == BY_MODEL
        and theirs.emails[place]
        and (not theirs.ids[place] or id_system(theirs.ids[place]) == "leadbook")
    }


def _without_archived(places: list[int], ids: list[str], records: Records) -> tuple[list[int], int]:
    """Return the new rows whose lead was not archived, and how many were."""
    frame = records.archive.frame
    archived = {id_key(old) for old in frame["lead_id"].tolist()} - {""} if "lead_id" in frame.columns else set()
    new = [place for place in places if not ids[place] or ids[place] not in archived]
    return new, len(places) - len(new)


def merged_away(records: Records) -> dict[str, str]:
    """Return the compared ids of leads that were merged into another one, each with the id of that one."""
    now = archived_ids(records.archive)
    ids = records.archive.frame["lead_id"].tolist() if "lead_id" in records.archive.frame.columns else []
    return {id_key(old): id_key(now[folded]) for old in ids if (folded := folded_id(old)) in now}


def who(incoming: Incoming, places: Sequence[int]) -> list[str]:
    """Return in a few words who some incoming leads are: person and company, or what else tells."""
    none: list[Value] = [None] * incoming.n_rows
    told = [incoming.keyed.get(key, none) for key in ("first_name", "last_name", "company", "email")]
    told.insert(3, incoming.extra.get(incoming.deal or "", none))
    columns = (map(cell_text, map(column.__getitem__, places)) for column in told)
    named: list[str] = []
    for first, last, company, deal, email in zip(*columns, strict=True):
        person = f"{first} {last}" if first and last else first or last
        words = ", ".join([text for text in (person, company, deal) if text]) or email
        plain_words = len(words) <= _LONGEST_NAME and words.isprintable() and "  " not in words
        named.append(words if plain_words else one_line(words, _LONGEST_NAME))
    return named


def _fold_notes(first: list[int], contradictions: int) -> list[str]:
    doubled = sum(place != one for place, one in enumerate(first))
    if not doubled:
        return []
    text = "1 row doubles another row" if doubled == 1 else f"{doubled:,} rows double other rows"
    note = f"{text} of the file; each lead was taken once"
    if contradictions:
        cells = "1 cell they differ" if contradictions == 1 else f"{contradictions:,} cells they differ"
        note += f" (in {cells}, and the upper row's word was taken)"
    return [f"{note}."]


def _repeated_ids(ids: Sequence[str], places: Sequence[int]) -> list[str]:
    counts = Counter(map(ids.__getitem__, places))
    repeated = [text for text, count in counts.items() if count > 1 and text]
    if not repeated:
        return []
    which = "1 Lead ID stands" if len(repeated) == 1 else f"{len(repeated):,} Lead IDs stand"
    examples = ", ".join(one_line(text, 30) for text in repeated[:5])
    return [f"{which} in the file more than once ({examples}), for different leads; every one of them was kept."]
