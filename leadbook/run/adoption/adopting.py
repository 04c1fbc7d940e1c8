"""A team's own tracker made readable for leadbook, in place: nothing of theirs renamed, moved or recoloured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, structs

from leadbook.books.adopted import AdoptedBook
from leadbook.model.cells import one_line
from leadbook.model.columns import OWNED_LEAD_COLUMNS
from leadbook.model.headers import squeezed
from leadbook.model.issues import InputError
from leadbook.model.leads import type_table
from leadbook.model.locate import SETTINGS_TABLES, find_table
from leadbook.model.mapping import HeaderMatch, Mapping, map_headers
from leadbook.model.mapping_words import DEAL_NAME, FULL_NAME, OUTCOME
from leadbook.model.settings import read_playbook
from leadbook.run.adoption.currency import in_its_currency
from leadbook.run.adoption.place import find_place
from leadbook.run.adoption.settings import AS_SAID, fresh_mappings, means, write_settings
from leadbook.run.adoption.stages import StageWord, stages_in_words, without_lacking
from leadbook.run.adoption.unread import no_stage, unread_columns
from leadbook.run.imports.told import told_mappings
from leadbook.run.owned_columns import add_missing_columns

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from leadbook.books.book import Plan
    from leadbook.model.playbook import ColumnMapping, Playbook
    from leadbook.model.tables import RawTable


class Adoption(Struct, frozen=True):
    """What adopting a workbook found and planned.

    Parameters
    ----------
    table : str
        The Excel table that holds the leads.
    sheet, reference : str
        Where it stands (``A5:H120``).
    made_table : bool
        Whether plain cells were made a table.
    leads : int
        Rows that hold something.
    mapping : Mapping
        Their headers and ours; ``mapping.described()`` is for showing.
    stages : tuple of StageWord
    notes : tuple of str
        Sentences the user should read.
    plan : Plan
        Every change that saving makes.
    own_headers : frozenset of str
        Headers of the columns that leadbook fills, where it has some in the list already.
    """

    table: str
    sheet: str
    reference: str
    made_table: bool
    leads: int
    mapping: Mapping
    stages: tuple[StageWord, ...]
    notes: tuple[str, ...]
    plan: Plan
    own_headers: frozenset[str] = frozenset()

    @property
    def sentence(self) -> str:
        """The result in one line."""
        theirs = [match for match in self.mapping.matches if match.header not in self.own_headers]
        mapped = sum(match.key is not None for match in theirs)
        made = f", {self.reference} made a table" if self.made_table else ""
        who = "1 lead" if self.leads == 1 else f"{self.leads:,} leads"
        return (
            f"{who} in table {self.table} on sheet {self.sheet}{made}: "
            f"{mapped} of {len(theirs)} columns mapped, the others stay as they are."
        )


def adopt_book(
    book: AdoptedBook,
    playbook: Playbook,
    *,
    sheet: str = "",
    table: str = "",
    header_row: int = 0,
    told: Sequence[str] = (),
) -> Adoption:
    """Plan the adoption of a team's workbook; ``book.save()`` carries it out.

    Parameters
    ----------
    book : AdoptedBook
    playbook : Playbook
        The defaults for Settings tables that the workbook does not have.
    sheet, table : str
        Where the leads are, when the workbook leaves it open; "" lets leadbook look.
    header_row : int
        The Excel row of their headers; 0 lets leadbook look.
    told : sequence of str
        What the user says headers mean: ``Their header=Our header``, or ``Their header=ignore``.

    Returns
    -------
    Adoption

    Raises
    ------
    InputError
        When no table or list looks like leads, or several do.
    BookRefusedError
        When plain cells cannot be made a table (merged or repeated headers), or the sheet is protected.

    Notes
    -----
    The team's words for its stages become the Stages table; see ``stages_in_words``.
    """
    from leadbook.books.starter import ORDER, add_to  # noqa: PLC0415 - draws in the sheets, which finding needs none of

    has_settings = any(find_table(book.contents, name) for name in SETTINGS_TABLES)
    if has_settings:
        playbook, _ = read_playbook(book.contents)
    said = told_mappings(told, AS_SAID)
    raw, block, notes = find_place(book, playbook, said, sheet=sheet, table=table, header_row=header_row)
    if block is not None:
        name = book.free_table_name("Leads")
        book.make_table(block, name)
        raw = book.contents.tables[name]
        notes = [
            f"{block.reference} on sheet {block.sheet} made table {name}; its colours and cells stay as they are.",
            *block.notes,
            *notes,
        ]
    if raw is None:
        raise InputError(
            f"{book.contents.name} holds no leads. Type or paste some in, save, and run the command again."
        )
    _refuse_unknown(said, raw)
    known = [structs.replace(entry, table="Leads") for entry in playbook.mappings if means(entry.table, raw, playbook)]
    mapping = _in_place(map_headers(raw.headers, raw.cells, "Leads", [*known, *said], playbook=playbook))
    fresh_stages = find_table(book.contents, "Stages") is None
    listed = book.choices(raw, mapping.keys["stage"]) if "stage" in mapping.keys else []
    stages, words, guesses = stages_in_words(playbook, raw, mapping, listed, fresh=fresh_stages)
    notes += guesses
    if fresh_stages:
        stages, lacking = without_lacking(stages, mapping.keys)
        notes += [lacking] if lacking else []
    notes += [
        f'"{one_line(word.word, 60)}" in the stage column is none of the stages in Settings '
        f"({word.rows:,} {'row' if word.rows == 1 else 'rows'}); correct the cells, or add it to table "
        "Stages, or as another word for one of them."
        for word in words
        if not word.stage
    ]
    if "stage" not in mapping.keys:
        notes.append(no_stage(mapping, raw, playbook))
    notes += unread_columns(mapping, raw, {squeezed(entry.their_header) for entry in (*known, *said)})
    notes += book.in_the_way(raw)
    if find_table(book.contents, "Options") is None and find_table(book.contents, "Rates") is None:
        playbook, money = in_its_currency(playbook, raw, mapping)
        notes += [money] if money else []
    fresh = fresh_mappings(mapping, raw, playbook, said)
    team = structs.replace(
        playbook,
        stages=stages,
        mappings=(*(entry for entry in playbook.mappings if not _overruled(entry, said)), *fresh),
        options=structs.replace(playbook.options, leads_table=raw.name),
    )
    write_settings(book, raw.name, playbook, team, fresh)
    # Now rather than at the first refresh: a sheet without room for them, or a protected one, is found out here.
    book.allow_protected(team.options.owned_writes_on_protected)
    leads, _ = type_table(raw, "Leads", team)
    own = frozenset(leads.headers[ours.key] for ours in OWNED_LEAD_COLUMNS if ours.key in leads.headers)
    add_missing_columns(book, leads)
    add_to(book, team, only=[name for name in ORDER if name != "Leads"])
    return Adoption(
        raw.name,
        raw.sheet,
        _reference(raw),
        block is not None,
        len(leads.frame),
        mapping,
        words,
        tuple(notes),
        book.plan,
        own,
    )


def _refuse_unknown(said: Sequence[ColumnMapping], raw: RawTable) -> None:
    headers = {squeezed(header) for header in raw.headers}
    for entry in said:
        if squeezed(entry.their_header) not in headers:
            names = ", ".join(one_line(header, 40) for header in raw.headers)
            raise InputError(f'The leads have no column "{entry.their_header}"; their headers are: {names}.')


def _overruled(entry: ColumnMapping, said: Sequence[ColumnMapping]) -> bool:
    return squeezed(entry.their_header) in {squeezed(one.their_header) for one in said}


def _reference(raw: RawTable) -> str:
    first = raw.address(raw.header_row, raw.first_column).rpartition("!")[2]
    last = raw.address(raw.last_row, raw.first_column + len(raw.headers) - 1).rpartition("!")[2]
    return f"{first}:{last}"


def _in_place(mapping: Mapping) -> Mapping:
    """Return a mapping whose columns can be read where they stand: nothing is split or turned into a stage."""
    keys = {match.key for match in mapping.matches}
    matches: list[HeaderMatch] = []
    for match in mapping.matches:
        if match.key == FULL_NAME and not keys & {"first_name", "last_name"}:
            note = "holds whole names and is read as Last Name; add a column First Name to part them"
            matches.append(HeaderMatch(match.header, "last_name", match.how, note))
        elif match.key in {FULL_NAME, DEAL_NAME, OUTCOME}:
            matches.append(HeaderMatch(match.header, None, "", ""))
        else:
            matches.append(match)
    return Mapping(mapping.table, tuple(matches), {match.key: match.header for match in matches if match.key})


def adopt(
    path: Path,
    playbook: Playbook,
    *,
    sheet: str = "",
    table: str = "",
    header_row: int = 0,
    told: Sequence[str] = (),
    dry_run: bool = False,
) -> Adoption:
    """Adopt a workbook on disk, as ``adopt_book`` does; ``dry_run`` plans everything and writes nothing."""
    book = AdoptedBook.open(path)
    adoption = adopt_book(book, playbook, sheet=sheet, table=table, header_row=header_row, told=told)
    if not dry_run:
        book.save()
    return adoption
