"""What an import adds to Settings: products, sales reps and column mappings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.model.cells import comparable
from leadbook.model.columns import column
from leadbook.model.headers import squeezed
from leadbook.model.locate import find_table
from leadbook.model.mapping import map_headers
from leadbook.model.mapping_cells import own_values
from leadbook.model.mapping_words import DEAL_NAME, ENDINGS, FULL_NAME, IMPORT_ONLY
from leadbook.model.settings import HEADERS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from leadbook.books.book import Book
    from leadbook.model.mapping import Mapping as HeaderMapping
    from leadbook.model.mapping_cells import Value
    from leadbook.model.playbook import Playbook
    from leadbook.model.tables import RawTable
    from leadbook.run.imports.gathered import Gathered
    from leadbook.run.imports.standing import Incoming


# A deal's name stays a column of the team's own, which says itself what it is; what a CRM says of a deal's end only
# counts together with the columns beside it.
_NOT_KEPT = frozenset({None, DEAL_NAME, *ENDINGS})


def append_settings(book: Book, table: str, rows: Sequence[Mapping[str, Value]]) -> int:
    """Append rows to a Settings table, each value under the header of its key; return how many.

    Parameters
    ----------
    rows : sequence of mappings
        Keys as in ``model.settings.HEADERS``.
    """
    if not rows:
        return 0
    spelled = HEADERS[table]
    found = find_table(book.contents, table)
    keys = {squeezed(spelling): key for key, spellings in spelled.items() for spelling in spellings}
    order = [keys.get(squeezed(header), "") for header in found.headers] if found else []
    if found is not None and 2 * len(set(order) - {""}) >= len(spelled):
        name = found.name
    else:
        # None was read (a table of the seller's own may bear the name): ours is planned in this same run.
        name, order = book.table_name(table), list(spelled)
    book.append_rows(name, [tuple(row.get(key) for key in order) for row in rows])
    return len(rows)


def add_settings(book: Book, gathered: Gathered, playbook: Playbook) -> tuple[int, int]:
    """Add products and sales reps that Settings does not know; return how many of each."""
    names = {comparable(product.name) for product in playbook.products}
    products: list[dict[str, Value]] = []
    for name, price in gathered.products:
        if comparable(name) not in names:
            names.add(comparable(name))
            products.append({"name": name, "list_price": own_values([price])[0]})
    owners = {comparable(rep.owner) for rep in playbook.reps}
    reps: list[dict[str, Value]] = []
    for owner, team, territory in gathered.reps:
        if comparable(owner) not in owners:
            owners.add(comparable(owner))
            reps.append({"owner": owner, "team": team or None, "territory": territory or None, "active": "Yes"})
    return append_settings(book, "Products", products), append_settings(book, "Reps", reps)


def misleading(incoming: Incoming, present: Collection[str]) -> list[str]:
    """Return the seller's own headers that would be read as a column of ours that the table does not have."""
    headers = list(incoming.extra)
    mapping = map_headers(headers, [()] * len(headers), "Leads", specials=False)
    return [match.header for match in mapping.matches if match.key is not None and match.key not in present]


def remember_mapping(
    book: Book, mapping: HeaderMapping, raw: RawTable, playbook: Playbook, kept: Sequence[str]
) -> None:
    """Write what was worked out to Settings/Columns, so that the next file of this kind is mapped alike."""
    own = {squeezed(header) for header in raw.headers}
    settled = {squeezed(entry.their_header) for entry in playbook.mappings}
    rows: list[dict[str, Value]] = []
    for match in mapping.matches:
        if match.key in _NOT_KEPT or match.how in {"exact", "settings"} or match.how.startswith("preset"):
            continue
        if squeezed(match.header) in own | settled:
            continue  # it would tell the workbook's own column of that name what to mean
        if match.key == FULL_NAME and squeezed(match.header) == "name":
            continue  # in another file it is the deal's
        ours = IMPORT_ONLY.get(str(match.key)) or column("Leads", str(match.key)).header
        rows.append({"table": raw.name, "their_header": match.header, "our_key": ours, "how": f"import, {match.how}"})
    rows += [
        {"table": raw.name, "their_header": header, "our_key": "ignore", "how": "import, kept as it is"}
        for header in kept
        if squeezed(header) not in settled
    ]
    append_settings(book, "Columns", rows)
