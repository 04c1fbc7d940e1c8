"""The state that a master and its copies last had in common, as fingerprints that the workbook carries along.

History knows the stage, amount, close date and owner of every lead at the last moment that two books have in common,
but nothing of the other columns. So each sync leaves a base in the master: for every lead and every column of the
seller's a fingerprint of 32 bits (no value, so nothing that was deleted lingers on), packed into the hidden columns
of the sheet Sync, table SyncBase. Whoever takes a copy of the master takes the base along; a refresh never touches it.
When the copy comes back, a cell that differs from the copy's base was changed there, and one in the master that
differs from it was changed here.

A rep may also go on with an old copy after it was synced. So the master's base says of each copy, by its file's name,
in which cells it differed from the base when it was last synced, and which base it carried then: while it carries the
same one, base and differences together are the state both sides knew. Without any base (the first sync of copies that
were taken before) History's values stand in, and where it has none a cell that differs is filled when it is blank in
the master and a conflict otherwise.

The base costs about 4 bytes for each filled cell of a column whose values are all different, far less elsewhere.
Deleting the sheet Sync is harmless: the next sync is then a first one.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import zlib
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
from msgspec import DecodeError, Struct, ValidationError, field, msgpack

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

TABLE = "SyncBase"
_VERSION = 1
_CHUNK = 30_000
_MOST_BYTES = 1 << 30
"""What a base may hold when it is unpacked; a damaged or hostile one is not read on."""


class EditedRow(Struct):
    """A row that a copy typed over and the master does not hold that way.

    Parameters
    ----------
    mark : str
        The fingerprint of the master's row.
    held : mapping of str to str
        The cells in conflict, by label: a fingerprint of what the master holds; none where nothing is open.
    """

    mark: str
    held: dict[str, str] = field(default_factory=dict)


class RowsState(Struct):
    """What the master knows of one copy's rows of a table.

    Parameters
    ----------
    gained, lost : mapping of fingerprint to int
        Rows that it had beyond those of the base it carries when it was last synced, and those that it lacked.
    edited : mapping of fingerprint to EditedRow
        Rows that it typed over.
    """

    gained: dict[str, int] = field(default_factory=dict)
    lost: dict[str, int] = field(default_factory=dict)
    edited: dict[str, EditedRow] = field(default_factory=dict)


class CopyState(Struct):
    """What the master knows of one copy.

    Parameters
    ----------
    carries : str
        The mark of the base that the copy carried when it was last synced; "" for none.
    differs : mapping of column to lead to fingerprint
        Where it differed from the base of that sync, kept up since.
    lacks : list of str
        Leads of the base that it did not have.
    ids : mapping of str to str
        Its leads that have another id in the master.
    unsure : mapping of column to list of str
        Leads whose cell has been in conflict ever since, so that no common state of it is known.
    rows : mapping of table to RowsState
    """

    carries: str = ""
    differs: dict[str, dict[str, int]] = field(default_factory=dict)
    lacks: list[str] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)
    unsure: dict[str, list[str]] = field(default_factory=dict)
    rows: dict[str, RowsState] = field(default_factory=dict)


class Base(Struct):
    """A common state.

    Parameters
    ----------
    keys : list of str
        The leads' ids as they are compared.
    columns : mapping of column to bytes
        A fingerprint (uint32, little-endian) for each lead.
    rows : mapping of table to mapping of fingerprint to int
        Rows of Activities, Quote Lines, Offers, Proposals and the Archive that were ever seen, and how often at once.
    gone : mapping of table to mapping of fingerprint to int
        How many of them the master did not hold any more.
    copies : mapping of file name to CopyState
    settings : mapping of table to mapping of row to mapping of header to int
        Fingerprints of the cells of Settings; a row that was deleted from a list stays, without any.
    others : mapping of table to str
        Fingerprints of the team's own tables.
    day : str
        The day it was made.
    told : str
        A fingerprint of what the sheet Sync shows.
    version : int
    """

    keys: list[str] = field(default_factory=list)
    columns: dict[str, bytes] = field(default_factory=dict)
    rows: dict[str, dict[str, int]] = field(default_factory=dict)
    gone: dict[str, dict[str, int]] = field(default_factory=dict)
    copies: dict[str, CopyState] = field(default_factory=dict)
    settings: dict[str, dict[str, dict[str, int]]] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)
    day: str = ""
    told: str = ""
    version: int = _VERSION

    @property
    def mark(self) -> str:
        """What tells this state from others."""
        told = hashlib.blake2b(digest_size=12)
        told.update("\n".join(self.keys).encode("utf-8", "surrogatepass"))
        for label in sorted(self.columns):
            told.update(label.encode("utf-8", "surrogatepass") + self.columns[label])
        return told.hexdigest()

    def present(self, table: str) -> Counter[str]:
        """Return the rows of a table that the master held, and so every copy that was made of it."""
        return Counter(self.rows.get(table, {})) - Counter(self.gone.get(table, {}))

    def column(self, label: str) -> npt.NDArray[np.uint32] | None:
        """Return a column's fingerprints by lead; None for a column that it does not know."""
        packed = self.columns.get(label)
        return None if packed is None else np.frombuffer(packed, dtype="<u4")


def pack(base: Base) -> list[str]:
    """Return a base as texts that cells can hold."""
    text = base64.b64encode(zlib.compress(msgpack.encode(base), 9)).decode("ascii")
    pieces = [text[at : at + _CHUNK] for at in range(0, len(text), _CHUNK)]
    return [f"{number}:{piece}" for number, piece in enumerate(pieces, 1)]


def unpack(chunks: Sequence[object]) -> Base | None:
    """Return the base that texts hold, whatever their order; None when they hold none."""
    pieces: dict[int, str] = {}
    for chunk in chunks:
        number, colon, piece = str(chunk or "").partition(":")
        if colon and number.isdigit() and len(number) < 9:
            pieces[int(number)] = piece.strip()
    if not pieces:
        return None
    try:
        packed = base64.b64decode("".join(pieces[number] for number in sorted(pieces)), validate=True)
        unpacker = zlib.decompressobj()
        data = unpacker.decompress(packed, _MOST_BYTES)
        base = msgpack.decode(data, type=Base)
    except (binascii.Error, zlib.error, DecodeError, ValidationError, ValueError):
        return None
    sound = base.version == _VERSION and all(len(packed) == 4 * len(base.keys) for packed in base.columns.values())
    return base if sound else None
