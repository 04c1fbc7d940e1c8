"""A team's own tracker made readable for leadbook, in place: nothing of theirs renamed, moved or recoloured."""

from __future__ import annotations

import dataclasses
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leadbook.books.adopted import AdoptedBook
from leadbook.model.cells import cell_text, comparable, is_blank, one_line
from leadbook.model.issues import InputError
from leadbook.model.leads import type_table
from leadbook.model.locate import SETTINGS_TABLES, find_table
from leadbook.model.mapping import HeaderMatch, Mapping, map_headers
from leadbook.model.mapping_words import DEAL_NAME, FULL_NAME, OUTCOME, foreign_stage
from leadbook.model.settings import read_playbook
from leadbook.run.adopting_settings import fresh_mappings, means, write_settings
from leadbook.run.owned_columns import add_missing_columns

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from leadbook.books.adopted import PlainRange
    from leadbook.books.book import Plan
    from leadbook.model.playbook import Playbook, Stage
    from leadbook.model.tables import RawTable

# What tells leads and deals from any other list: who it is about, and what is being done about it.
_WHO = frozenset({"company", "first_name", "last_name", "email", FULL_NAME, DEAL_NAME})
_WHAT = frozenset({"stage", "amount", "close_date", "source", "owner", "created", "next_step", "probability_override"})
_OURS = frozenset(
    name.casefold() for name in (*SETTINGS_TABLES, "Activities", "QuoteLines", "Proposals", "History", "Archive")
)


@dataclass(frozen=True)
class StageWord:
    """A word of the team's stage column: the stage it means ("" for none), its rows, and whether it renamed it."""

    word: str
    stage: str
    rows: int
    renamed: bool = False


@dataclass(frozen=True)
class Adoption:
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

    @property
    def sentence(self) -> str:
        """The result in one line."""
        mapped = sum(match.key is not None for match in self.mapping.matches)
        made = f", {self.reference} made a table" if self.made_table else ""
        who = "1 lead" if self.leads == 1 else f"{self.leads:,} leads"
        return (
            f"{who} in table {self.table} on sheet {self.sheet}{made}: "
            f"{mapped} of {len(self.mapping.matches)} columns mapped, the others stay as they are."
        )


def adopt_book(book: AdoptedBook, playbook: Playbook, *, sheet: str = "", table: str = "") -> Adoption:
    """Plan the adoption of a team's workbook; ``book.save()`` carries it out.

    Parameters
    ----------
    book : AdoptedBook
    playbook : Playbook
        The defaults for Settings tables that the workbook does not have.
    sheet, table : str
        Where the leads are, when the workbook leaves it open; "" lets leadbook look.

    Returns
    -------
    Adoption

    Raises
    ------
    InputError
        When no table or block of rows looks like leads, or several do.
    BookRefusedError
        When plain cells cannot be made a table (merged, blank or repeated headers), or the sheet is protected.

    Notes
    -----
    A default stage that one of the team's words means takes the team's name, and keeps its old name as another
    word for it. Words that mean no stage are left as they are and named in a note.
    """
    from leadbook.books.starter import add_to  # noqa: PLC0415 - draws in the sheets, which finding needs none of

    if any(find_table(book.contents, name) for name in SETTINGS_TABLES):
        playbook, _ = read_playbook(book.contents)
    raw, block = _find_leads(book, playbook, sheet, table)
    notes: list[str] = []
    if block is not None:
        name = book.free_table_name("Leads")
        book.make_table(block, name)
        raw = book.contents.tables[name]
        notes += [
            f"{block.reference} on sheet {block.sheet} made table {name}; its colours and cells stay as they are."
        ]
        notes += block.notes
    if raw is None:
        raise InputError(f"{book.contents.name} holds no leads.")
    known = [
        dataclasses.replace(entry, table="Leads") for entry in playbook.mappings if means(entry.table, raw, playbook)
    ]
    mapping = _in_place(map_headers(raw.headers, raw.cells, "Leads", known, playbook=playbook))
    stages, words = _with_words(playbook, raw, mapping)
    notes += [
        f'"{one_line(word.word, 60)}" in the stage column is none of the stages in Settings '
        f"({word.rows:,} {'row' if word.rows == 1 else 'rows'}); add it to table "
        "Stages, or as another word for one of them."
        for word in words
        if not word.stage
    ]
    notes += [f"{match.header}: {match.note}." for match in mapping.matches if match.note]
    fresh = fresh_mappings(mapping, raw, playbook)
    team = dataclasses.replace(
        playbook,
        stages=stages,
        mappings=(*playbook.mappings, *fresh),
        options=dataclasses.replace(playbook.options, leads_table=raw.name),
    )
    write_settings(book, raw.name, playbook, team, fresh)
    # Now rather than at the first refresh: a sheet without room for them, or a protected one, is found out here.
    book.allow_protected(team.options.owned_writes_on_protected)
    add_missing_columns(book, type_table(raw, "Leads", team)[0])
    add_to(book, team)
    return Adoption(
        raw.name, raw.sheet, _reference(raw), block is not None, len(raw.rows), mapping, words, tuple(notes), book.plan
    )


def _reference(raw: RawTable) -> str:
    first = raw.address(raw.header_row, raw.first_column).rpartition("!")[2]
    last = raw.address(raw.last_row, raw.first_column + len(raw.headers) - 1).rpartition("!")[2]
    return f"{first}:{last}"


def _find_leads(
    book: AdoptedBook, playbook: Playbook, sheet: str, table: str
) -> tuple[RawTable | None, PlainRange | None]:
    contents = book.contents
    if table:
        found = contents.find(table)
        if found is None:
            names = ", ".join(contents.tables) or "none"
            raise InputError(f'{contents.name} has no table "{table}"; the tables are: {names}.')
        return found, None
    tables = [
        raw
        for raw in contents.tables.values()
        if raw.name.casefold().removeprefix("leadbook_") not in _OURS
        and (not sheet or raw.sheet.casefold() == sheet.casefold())
    ]
    adopted = contents.find(playbook.options.leads_table)
    if adopted is not None and adopted in tables and not sheet:
        return adopted, None
    likely = [raw for raw in tables if _likeness(raw.headers, raw.cells, playbook)]
    if len(likely) > 1:
        raise InputError(_which([f"table {raw.name} on sheet {raw.sheet}" for raw in likely], contents.name, "--table"))
    if likely:
        return likely[0], None
    if sheet and len(tables) == 1:
        return tables[0], None
    blocks = book.plain_ranges(sheet)
    ranked = [(likeness, block) for block in blocks if (likeness := _likeness(block.headers, block.columns, playbook))]
    if not ranked and sheet and len(blocks) == 1:
        return None, blocks[0]
    if not ranked:
        raise InputError(
            f"{contents.name} has no table or block of rows that looks like leads (a company or person, and a stage, "
            "amount, date or owner). Name the sheet or table that holds them (--sheet NAME or --table NAME)."
        )
    best = max(likeness for likeness, _ in ranked)
    top = [block for likeness, block in ranked if likeness == best]
    if len(top) > 1:
        raise InputError(
            _which([f"{block.reference} on sheet {block.sheet}" for block in top], contents.name, "--sheet")
        )
    return None, top[0]


def _which(places: Sequence[str], name: str, option: str) -> str:
    return f"{name} has {len(places)} places that may hold the leads: {'; '.join(places)}. Name one with {option} NAME."


def _likeness(headers: Sequence[str], columns: Sequence[Sequence[object]], playbook: Playbook) -> int:
    """Return how many columns of leads a table has; 0 when it cannot be one."""
    keys = set(map_headers(headers, columns, "Leads", playbook=playbook).keys)
    return len(keys) if len(keys) >= 3 and keys & _WHO and keys & _WHAT else 0


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


def _with_words(playbook: Playbook, raw: RawTable, mapping: Mapping) -> tuple[tuple[Stage, ...], tuple[StageWord, ...]]:
    """Return the stages under the team's own names, and what each of its words means."""
    header = mapping.keys.get("stage")
    if header is None:
        return playbook.stages, ()
    cells = raw.cells[list(raw.headers).index(header)]
    counts = Counter(" ".join(cell_text(cell).split()) for cell in cells if not is_blank(cell))
    meant: dict[str, list[str]] = {}
    for word, _ in counts.most_common():
        stage = foreign_stage(word, playbook)
        if stage is not None:
            meant.setdefault(stage.name, []).append(word)
    stages = list(playbook.stages)
    renamed: set[str] = set()
    for place, stage in enumerate(stages):
        words = meant.get(stage.name, [])
        aliases = [*stage.aliases, *(word for word in words if playbook.stage(word) is None)]
        name = stage.name
        if words and comparable(name) not in map(comparable, words):
            # Its most frequent word names the stage; the old name stays, so that nothing typed before is lost.
            name = words[0]
            aliases = [stage.name, *(alias for alias in aliases if comparable(alias) != comparable(name))]
            renamed.add(name)
        stages[place] = dataclasses.replace(stage, name=name, aliases=tuple(aliases))
    after = dataclasses.replace(playbook, stages=tuple(stages))
    words_found = []
    for word, rows in counts.items():
        stage = after.stage(word)
        words_found.append(StageWord(word, stage.name if stage else "", rows, word in renamed))
    return tuple(stages), tuple(words_found)


def adopt(path: Path, playbook: Playbook, *, sheet: str = "", table: str = "", dry_run: bool = False) -> Adoption:
    """Adopt a workbook on disk, as ``adopt_book`` does; ``dry_run`` plans everything and writes nothing."""
    book = AdoptedBook.open(path)
    adoption = adopt_book(book, playbook, sheet=sheet, table=table)
    if not dry_run:
        book.save()
    return adoption
