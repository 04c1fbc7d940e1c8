"""Which column of ours each header of a foreign table means, and how we know."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from leadbook.model.columns import TABLES, key_of
from leadbook.model.mapping_claims import claims_of, grant, plain_header, preset_claims, second_choices, vocabulary_of
from leadbook.model.mapping_looks import present, recognise, too_late
from leadbook.model.mapping_words import (
    DEAL_NAME,
    ENDINGS,
    FULL_NAME,
    MODIFIED,
    OUTCOME,
    SPECIAL,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from collections.abc import Mapping as MappingType

    from leadbook.model.playbook import ColumnMapping, Playbook
    from leadbook.model.presets import Preset


# As headers say it: "Deal size (k\u20ac)", "Amount in T\u20ac", "Value ('000)", "Revenue (M$)", "Umsatz Mio. EUR".
_MARKS = r"(?:[\u20ac$\u00a3]|eur|usd|gbp|chf)"
_SCALES = {
    "thousands": re.compile(rf"(?<![a-z0-9])(?:k|[kt]\s?{_MARKS}|tsd|thousands?|000s?)(?![a-z0-9])"),
    "millions": re.compile(rf"(?<![a-z0-9])(?:m\s?{_MARKS}|mio|mn|millions?)(?![a-z0-9])"),
}


class HeaderMatch(Struct, frozen=True):
    """One header of a foreign table.

    Parameters
    ----------
    header : str
        As typed.
    key : str or None
        The key of our column, or ``full_name``, ``deal_name`` or ``became_customer``; None for a column of the
        seller's own.
    how : str
        "settings", "exact", "alias", "fuzzy 0.93", "values: e-mails", or "" when it means nothing to us.
    note : str
        Why a header that sounds like one of ours is not taken, or what happens to its values.
    """

    header: str
    key: str | None
    how: str
    note: str = ""

    @property
    def confidence(self) -> float:
        """How sure the match is, 0 to 1: settings, presets and our own header are, a likeness is as sure as it is."""
        if not self.key:
            return 0.0
        if self.how.startswith("fuzzy"):
            return float(self.how.split()[-1])
        if self.how.startswith("values"):
            return 0.8
        return 0.95 if self.how == "alias" else 1.0

    @property
    def told(self) -> str:
        """How the match was found, with the confidence where it is less than certain."""
        if not self.how or self.confidence == 1 or self.how.startswith("fuzzy"):
            return self.how
        return f"{self.how}, {self.confidence:.2f}"


class Mapping(Struct, frozen=True):
    """How a foreign table's headers map to a table of ours; each key of ours is used at most once."""

    table: str
    matches: tuple[HeaderMatch, ...]
    keys: MappingType[str, str] = field(default_factory=dict)  # key to header

    @property
    def extras(self) -> tuple[str, ...]:
        """The headers that stay columns of the seller's own."""
        return tuple(match.header for match in self.matches if match.key is None or match.key == DEAL_NAME)

    def key_of(self, header: str) -> str | None:
        """Return the key a header means, or None."""
        return next((match.key for match in self.matches if match.header == header), None)

    def described(self) -> list[tuple[str, str, str]]:
        """Return (their header, our header or "", how and why) for showing, in their order."""
        ours = {column.key: column.header for column in TABLES[self.table]}
        ours |= {
            FULL_NAME: "First Name, Last Name",
            OUTCOME: "Stage",
            DEAL_NAME: "",
            MODIFIED: "(tells which side is newer)",
            **dict.fromkeys(ENDINGS, "Stage (won or lost)"),
        }
        return [
            (match.header, ours.get(match.key or "", ""), "; ".join(filter(None, (match.told, match.note))))
            for match in self.matches
        ]


def map_headers(
    headers: Sequence[str],
    samples: Sequence[Sequence[object]],
    table: str = "Leads",
    known: Sequence[ColumnMapping] = (),
    *,
    keys: Collection[str] | None = None,
    playbook: Playbook | None = None,
    specials: bool = True,
    preset: Preset | None = None,
) -> Mapping:
    """Work out which column of ours each header means.

    Parameters
    ----------
    headers : sequence of str
    samples : sequence of sequences
        The values below each header (all of them, or the first some hundreds), rows aligned.
    table : str
        Name of our table (``Leads``, ``Activities``).
    known : sequence of ColumnMapping
        What Settings/Columns says; it wins over everything. A blank ``our_key`` keeps a header unmapped.
    keys : collection of str, optional
        Only these columns of ours may be used (``ROLE_KEYS``); all that leadbook doesn't own by default.
    playbook : Playbook, optional
        Its stage words tell a stage column from another status.
    preset : Preset, optional
        The program that exported the table: what its headers mean there goes before everything but Settings.
    specials : bool
        Whether ``full_name``, ``deal_name`` and ``became_customer`` may be used, which only an import can.

    Returns
    -------
    Mapping

    Notes
    -----
    Claims in order of strength: settings, the header itself, an alias, a similar spelling (normalised
    Levenshtein similarity of at least 0.88), what the values look like. A header whose values do not look
    like its column's kind (fewer than 30 % do) is turned away: "Last Activity" with "SMS Sent" in it is no
    date. Dates that mostly lie after the close dates do not tell when a lead was created or became an
    opportunity.
    """
    columns = [column for column in TABLES[table] if not column.owned and (keys is None or column.key in keys)]
    seen = [present(values) for values in samples]
    vocabulary = vocabulary_of(table, columns, keys, specials=specials)
    usable = vocabulary.kinds.keys() - {OUTCOME, MODIFIED} | (SPECIAL.keys() if specials else set())
    settings = {
        plain_header(entry.their_header): key if (key := key_of(entry.our_key)) in usable else ""
        for entry in known
        if entry.table.casefold() == table.casefold()
    }
    claims, refused = claims_of(headers, seen, vocabulary, settings, playbook)
    if preset is not None and specials:
        claims += preset_claims(preset, headers, seen, vocabulary, settings)
    granted, used = grant(claims)
    for position, reason in too_late(used, samples).items():
        refused[position] = reason
        used.pop(granted.pop(position).key)
    free = {
        header: values
        for position, (header, values) in enumerate(zip(headers, seen, strict=True))
        if position not in granted and position not in refused and plain_header(header) not in settings
    }
    second = second_choices(claims, granted, used, headers)
    by_values = recognise(free, frozenset(column.key for column in columns) - used.keys(), playbook)
    matches = []
    for position, header in enumerate(headers):
        claim_or_none = granted.get(position)
        if claim_or_none is not None:
            note = _scale_note(header) if claim_or_none.key == "amount" else ""
            matches.append(HeaderMatch(header, claim_or_none.key, claim_or_none.how, note))
        elif header in by_values:
            matches.append(HeaderMatch(header, *by_values[header]))
        else:
            matches.append(HeaderMatch(header, None, "", refused.get(position, second.get(position, ""))))
    if specials:
        matches = _settle_name(matches)
    return Mapping(table, tuple(matches), {match.key: match.header for match in matches if match.key})


def _scale_note(header: str) -> str:
    """Return what to say of a column of amounts whose header says that they are in thousands or millions."""
    scale = next((word for word, said in _SCALES.items() if said.search(header.casefold())), "")
    return f"its numbers are read as they stand, not as {scale}; write out the amounts in Excel" if scale else ""


def _settle_name(matches: list[HeaderMatch]) -> list[HeaderMatch]:
    """Decide what a bare "Name" is: the deal's where there are deal columns and no person's, else a person's."""
    keys = {match.key for match in matches}
    deal = bool(keys & {"amount", "close_date", "probability_override"})
    person = bool(keys & {"email", "phone", "job_title"})
    settled = []
    for match in matches:
        bare = plain_header(match.header) == "name" and match.key in {FULL_NAME, DEAL_NAME}
        if bare and match.how != "settings" and not match.how.startswith("preset"):
            wanted = DEAL_NAME if deal and not person else FULL_NAME
            if wanted == FULL_NAME and keys & {"first_name", "last_name"}:
                settled.append(replace(match, key=None, how=""))
                continue
            if wanted == match.key or wanted not in keys:
                settled.append(replace(match, key=wanted))
                continue
        settled.append(match)
    return settled
