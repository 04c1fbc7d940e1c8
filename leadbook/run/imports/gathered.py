"""What an import has gathered: the leads, and the tables joined to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from leadbook.model.mapping_words import DEAL_NAME

if TYPE_CHECKING:
    from leadbook.books.incoming import IncomingTable
    from leadbook.model.mapping import Mapping


class Joined(Struct, frozen=True):
    """How one table was joined.

    Parameters
    ----------
    source : str
        The file.
    on_ours, on_theirs : str
        The headers compared.
    rows : int
        Rows of the leads that found a partner.
    unmatched : tuple of str
        Different values of ours that found none.
    similar : tuple of (ours, theirs)
        Values taken for the same although they are spelled differently; the cells stay as typed.
    columns : tuple of str
        Headers (ours where it is one of ours) that the table filled.
    """

    source: str
    on_ours: str
    on_theirs: str
    rows: int
    unmatched: tuple[str, ...]
    similar: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The join in one sentence."""
        text = f"{self.source} joined by {self.on_theirs} = {self.on_ours}: {self.rows:,} rows matched"
        if self.unmatched:
            text += f", {len(self.unmatched)} values without a partner ({', '.join(self.unmatched[:5])})"
        if self.similar:
            text += f", taken as the same: {', '.join(f'{a} = {b}' for a, b in self.similar[:5])}"
        return text + "."


class ActivityTable(Struct, frozen=True):
    """A table of dated events, and the column that tells which lead each belongs to."""

    table: IncomingTable
    link_header: str
    ours: str  # key, or header of a column of the seller's own


class Gathered(Struct):
    """The leads of an import, one row each, with everything that was joined.

    Parameters
    ----------
    sources : list of str
        File of each row.
    lines : list of int
        Line of the file (or Excel row) of each row.
    keyed : dict of str to list
        Our key (or ``full_name``, ``became_customer``) to the values as typed.
    extra : dict of str to list
        Header to values.
    headers : dict of str to str
        Key to the header it came from.
    mapping : Mapping
        Of the table of leads itself.
    joined, activities, products, reps, notes
        Tables joined; tables of events; (name, price) of products; (owner, team, territory) of reps; sentences.
    """

    sources: list[str]
    lines: list[int]
    keyed: dict[str, list[object]]
    extra: dict[str, list[object]]
    headers: dict[str, str]
    mapping: Mapping
    joined: list[Joined] = field(default_factory=list)
    activities: list[ActivityTable] = field(default_factory=list)
    products: list[tuple[str, object]] = field(default_factory=list)
    reps: list[tuple[str, str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def deal_header(self) -> str | None:
        """The header of the deal's own name, where there is one."""
        return self.mapping.keys.get(DEAL_NAME)

    def columns(self) -> dict[str, tuple[str, list[object]]]:
        """Return every column: key or header to (header, values)."""
        keyed = {key: (self.headers.get(key, key), values) for key, values in self.keyed.items()}
        return keyed | {header: (header, values) for header, values in self.extra.items()}
