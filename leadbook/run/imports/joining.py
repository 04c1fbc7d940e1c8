"""Several tables of one export put together: the leads or deals, and what other tables know about them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.model.cells import cell_text, is_blank
from leadbook.model.mapping import Mapping, map_headers
from leadbook.model.mapping_looks import share
from leadbook.model.mapping_words import DEAL_NAME, FULL_NAME, OUTCOME, ROLE_KEYS
from leadbook.model.presets import preset, recognise_preset
from leadbook.run.imports.following import follow_preset
from leadbook.run.imports.gathered import ActivityTable, Gathered, Joined
from leadbook.run.imports.headings import without_headings
from leadbook.run.imports.keys import KeyIndex, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.books.incoming import IncomingTable
    from leadbook.model.playbook import ColumnMapping, Playbook

PERSON = frozenset({"first_name", "last_name", "email", FULL_NAME})

# How much each column says that a table is the one of leads or deals rather than one that describes them.
_WEIGHTS = {
    "stage": 3, OUTCOME: 3, "amount": 2, "close_date": 2, DEAL_NAME: 2, "probability_override": 1, "owner": 1,
    "source": 1, "created": 1, "email": 1, "lead_id": 1, "company": 1, "last_name": 1, FULL_NAME: 1,
}  # fmt: skip


def gather(
    tables: Sequence[IncomingTable], known: Sequence[ColumnMapping], playbook: Playbook, forced: str = ""
) -> Gathered:
    """Find the table of leads or deals, and join the others to it by the columns that they share.

    Parameters
    ----------
    tables : sequence of IncomingTable
        At least one.
    known : sequence of ColumnMapping
        What Settings/Columns says.
    playbook : Playbook
        For its stage words.
    forced : str
        Name of the preset to use; "" lets each table's headers tell.

    Notes
    -----
    Keys are compared without case, spaces and punctuation, then by spelling (normalised Levenshtein similarity
    of at least 0.9, the same digits). Of several contacts of one account the one created first is the lead's
    person; a person's columns come from one table only, so that two people are never mixed. A table none of
    whose columns matches is left out and said so.
    """
    presets = [preset(forced) if forced else recognise_preset(table.headers, table.columns) for table in tables]
    maps = [
        map_headers(table.headers, table.columns, "Leads", known, playbook=playbook, preset=found)
        for table, found in zip(tables, presets, strict=True)
    ]
    weights = [sum(_WEIGHTS.get(key, 0) for key in mapping.keys) for mapping in maps]
    main = max(range(len(tables)), key=lambda place: (weights[place], tables[place].n_rows))
    alike = [place for place in range(len(tables)) if place != main and _same_headers(tables[place], tables[main])]
    gathered = _start([without_headings(tables[place]) for place in (main, *alike)], maps[main])
    if (found := presets[main]) is not None:
        follow_preset(gathered, found)
    waiting = [tables[place] for place in range(len(tables)) if place not in {main, *alike}]
    waiting.sort(key=lambda table: _ORDER[_role_of(table, playbook)])
    progress = True
    while waiting and progress:
        progress = False
        for table in list(waiting):
            if _join(gathered, table, playbook):
                waiting.remove(table)
                progress = True
    gathered.notes += [f"{table.source} left out: none of its columns matches the leads'." for table in waiting]
    return gathered


def _same_headers(one: IncomingTable, other: IncomingTable) -> bool:
    mine, theirs = {plain(header) for header in one.headers}, {plain(header) for header in other.headers}
    return len(mine & theirs) >= 0.9 * len(mine | theirs)


def _start(tables: Sequence[IncomingTable], mapping: Mapping) -> Gathered:
    first = tables[0]
    headers = list(first.headers)
    known = {plain(header) for header in headers}
    for table in tables[1:]:
        headers += [header for header in table.headers if plain(header) not in known]
        known |= {plain(header) for header in table.headers}
    columns: dict[str, list[object]] = {header: [] for header in headers}
    sources: list[str] = []
    lines: list[int] = []
    for table in tables:
        by_name = {plain(header): values for header, values in zip(table.headers, table.columns, strict=True)}
        for header in headers:
            columns[header] += by_name.get(plain(header), [None] * table.n_rows)
        sources += [table.source] * table.n_rows
        lines += table.lines
    keys = {key: header for key, header in mapping.keys.items() if key != DEAL_NAME}
    taken = set(keys.values())
    gathered = Gathered(
        sources, lines,
        {key: columns[header] for key, header in keys.items()},
        {header: columns[header] for header in headers if header not in taken},
        dict(keys), mapping,
    )  # fmt: skip
    for table in tables:
        gathered.notes += [f"{table.source}: {note}" for note in table.notes]
    if len(tables) > 1:
        gathered.notes.append(f"Read one below the other: {', '.join(table.source for table in tables)}.")
    return gathered


_ORDER = {"contacts": 0, "accounts": 1, "reps": 2, "products": 3, "other": 4}


def _role_of(table: IncomingTable, playbook: Playbook) -> str:
    """Return what a table describes: people, companies, sales reps, products, or something else."""
    keys = set(map_headers(table.headers, table.columns, "Leads", playbook=playbook).keys)
    if keys & PERSON and keys & {"email", "phone", "job_title"} and not keys & {"website", "industry", "employees"}:
        return "contacts"
    if "company" in keys or keys & {"website", "industry", "employees"}:
        return "accounts"
    if any(plain(header) in _PRODUCTS for header in table.headers[:2]):
        return "products"
    return "reps" if "owner" in keys else "other"


_PRODUCTS = frozenset({"product", "productname", "item", "sku"})


class _Link(Struct, frozen=True):
    theirs: str
    ours: str
    ours_header: str
    index: KeyIndex
    overlap: float


def _best_link(gathered: Gathered, table: IncomingTable, playbook: Playbook) -> _Link | None:
    """Return the pair of columns that ties a table to the leads, or None."""
    their_keys = {
        header: key
        for key, header in map_headers(table.headers, table.columns, "Leads", playbook=playbook).keys.items()
    }
    best: tuple[tuple[bool, float, float], _Link] | None = None
    ours = {
        name: (header, {plain(value) for value in values if not is_blank(value)})
        for name, (header, values) in gathered.columns().items()
    }
    for header, values in zip(table.headers, table.columns, strict=True):
        index = KeyIndex(values)
        for name, (our_header, words) in ours.items():
            if not words:
                continue
            related = plain(header) == plain(our_header) or their_keys.get(header) == name
            related = related or (name == gathered.deal_header and their_keys.get(header) == DEAL_NAME)
            # Contacts may be known for few of the accounts, and accounts for many more than have deals.
            overlap = index.overlap(words) if not related else max(index.overlap(words), index.shared(words))
            if overlap < (0.3 if related else 0.8) or (not related and not _can_be_key(index, words)):
                continue
            rank = (related, overlap, len(index) / max(1, table.n_rows))
            if best is None or rank > best[0]:
                best = (rank, _Link(header, name, our_header, index, overlap))
    return best[1] if best else None


def _can_be_key(index: KeyIndex, words: set[str]) -> bool:
    """Whether values can tie two tables whose headers don't: names and codes can, small numbers and flags not."""
    return (
        len(words) >= 3
        and len(index) >= 3
        and sum(len(word) >= 4 and not word.isdigit() for word in words) > 0.8 * len(words)
    )


def _join(gathered: Gathered, table: IncomingTable, playbook: Playbook) -> bool:
    link = _best_link(gathered, table, playbook)
    if link is None:
        return False
    role = _role_of(table, playbook)
    if role == "reps" and link.ours != "owner":
        role = "other"
    repeated = len(link.index) < 0.95 * sum(not is_blank(value) for value in table.column(link.theirs))
    if repeated and role != "contacts":
        return _as_activities(gathered, table, link, playbook)
    _as_lookup(gathered, table, link, role, playbook)
    return True


def _as_activities(gathered: Gathered, table: IncomingTable, link: _Link, playbook: Playbook) -> bool:
    keys = map_headers(table.headers, table.columns, "Activities", playbook.mappings).keys
    if "date" not in keys or share_of_dates(table.column(keys["date"])) < 0.5:
        return False
    gathered.activities.append(ActivityTable(table, link.theirs, link.ours))
    return True


def share_of_dates(values: Sequence[object]) -> float:
    """Return the part (0 to 1) of the filled values that look like dates."""
    from leadbook.model.columns import Kind  # noqa: PLC0415 - one name, needed once

    filled = [value for value in values if not is_blank(value)]
    return share(Kind.DATE, filled) if filled else 0.0


def _as_lookup(gathered: Gathered, table: IncomingTable, link: _Link, role: str, playbook: Playbook) -> None:
    order = _by_creation(table, playbook) if role == "contacts" else None
    partners = link.index.match(gathered.columns()[link.ours][1], order)
    allowed = ROLE_KEYS.get(role, frozenset())
    if gathered.keyed.keys() & PERSON:
        allowed -= PERSON | {"job_title"}
    mapping = map_headers(table.headers, table.columns, "Leads", keys=allowed, playbook=playbook)
    filled: list[str] = []
    for match, values in zip(mapping.matches, table.columns, strict=True):
        if match.header == link.theirs and (match.key in gathered.keyed or match.key is None):
            continue
        column = [None if place is None else values[place] for place in partners.places]
        if all(is_blank(value) for value in column):
            continue
        key = match.key if match.key != DEAL_NAME else None
        if key and key not in gathered.keyed:
            gathered.keyed[key] = column
            gathered.headers[key] = match.header
            filled.append(match.header)
        else:
            header = _free_header(_own_header(match.header, role), table.name, gathered)
            gathered.extra[header] = column
            filled.append(header)
    gathered.joined.append(
        Joined(
            table.source,
            link.ours_header,
            link.theirs,
            partners.rows,
            partners.unmatched,
            partners.similar,
            tuple(filled),
        )
    )  # fmt: skip
    gathered.notes += [f"{table.source}: {note}" for note in table.notes]
    _remember(gathered, table, link, role, mapping)


def _own_header(header: str, role: str) -> str:
    return "List Price" if role == "products" and plain(header) in _PRICES else header


_PRICES = frozenset({"salesprice", "listprice", "price", "unitprice"})


def _free_header(header: str, name: str, gathered: Gathered) -> str:
    taken = {plain(known) for known in (*gathered.extra, *gathered.headers.values())}
    return f"{header} ({name})" if plain(header) in taken else header


def _by_creation(table: IncomingTable, playbook: Playbook) -> list[int]:
    """Return the rows of a table, the one created first in front; as they stand when it does not say."""
    from leadbook.model.dates import read_dates  # noqa: PLC0415 - one call

    created = map_headers(table.headers, table.columns, "Leads", playbook=playbook).keys.get("created")
    places = list(range(table.n_rows))
    if created is None:
        return places
    moments = read_dates(table.column(created), day_first=playbook.options.day_first).values.tolist()
    # Rows without a date come last.
    return sorted(places, key=lambda place: (moments[place] is None, moments[place] or 0, place))


def _remember(gathered: Gathered, table: IncomingTable, link: _Link, role: str, mapping: Mapping) -> None:
    """Keep what Settings should know: the products and the sales reps."""
    names = [cell_text(value) for value in table.column(link.theirs)]
    if role == "products":
        price = next((header for header in table.headers if plain(header) in _PRICES), None)
        prices = table.column(price) if price else [None] * table.n_rows
        gathered.products += [(name, cost) for name, cost in zip(names, prices, strict=True) if name]
    elif role == "reps":
        region = mapping.keys.get("region")
        team = next((header for header in table.headers if plain(header) in {"team", "manager", "salesteam"}), None)
        territories = table.column(region) if region else [None] * table.n_rows
        teams = table.column(team) if team else [None] * table.n_rows
        seen = Counter(name for name, _, _ in gathered.reps)
        for name, group, territory in zip(names, teams, territories, strict=True):
            if name and not seen[name]:
                seen[name] += 1
                gathered.reps.append((name, cell_text(group), cell_text(territory)))
