"""Which column of ours each header of a foreign table means, and how we know."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from leadbook.model.columns import TABLES, Column, Kind, key_of
from leadbook.model.headers import without_brackets
from leadbook.model.mapping_looks import present, recognise, share, too_late
from leadbook.model.mapping_words import (
    DEAL_NAME,
    ENDINGS,
    FULL_NAME,
    KIND_WORDS,
    MODIFIED,
    MORE_ALIASES,
    OUTCOME,
    PREFIXES,
    SPECIAL,
    foreign_stage,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from collections.abc import Mapping as MappingType

    from leadbook.model.playbook import ColumnMapping, Playbook
    from leadbook.model.presets import Preset

_FUZZY = 0.88  # "e-mail adress" and "Email Address" are 0.96; "Lead Origin" and "Lead Owner" are 0.76
_FITTING = 0.3  # at least this part of the values must look like the column's kind


@dataclass(frozen=True, slots=True)
class HeaderMatch:
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


@dataclass(frozen=True)
class Mapping:
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


@dataclass(frozen=True, slots=True)
class _Claim:
    """One header's claim to one key; the best claims are granted first."""

    rank: tuple[float, ...]
    position: int
    key: str
    how: str


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
    vocabulary = _vocabulary(table, columns, keys, specials=specials)
    usable = vocabulary.kinds.keys() - {OUTCOME, MODIFIED} | (SPECIAL.keys() if specials else set())
    settings = {
        _plain(entry.their_header): key if (key := key_of(entry.our_key)) in usable else ""
        for entry in known
        if entry.table.casefold() == table.casefold()
    }
    claims, refused = _claims(headers, seen, vocabulary, settings, playbook)
    if preset is not None and specials:
        claims += _preset_claims(preset, headers, seen, vocabulary, settings)
    granted, used = _grant(claims)
    for position, reason in too_late(used, samples).items():
        refused[position] = reason
        used.pop(granted.pop(position).key)
    free = {
        header: values
        for position, (header, values) in enumerate(zip(headers, seen, strict=True))
        if position not in granted and position not in refused and _plain(header) not in settings
    }
    second = _second_choices(claims, granted, used, headers)
    by_values = recognise(free, frozenset(column.key for column in columns) - used.keys(), playbook)
    matches = []
    for position, header in enumerate(headers):
        claim_or_none = granted.get(position)
        if claim_or_none is not None:
            matches.append(HeaderMatch(header, claim_or_none.key, claim_or_none.how))
        elif header in by_values:
            matches.append(HeaderMatch(header, *by_values[header]))
        else:
            matches.append(HeaderMatch(header, None, "", refused.get(position, second.get(position, ""))))
    if specials:
        matches = _settle_name(matches)
    return Mapping(table, tuple(matches), {match.key: match.header for match in matches if match.key})


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


@dataclass(frozen=True)
class _Vocabulary:
    """Every name a header may have here: (plain name, key, place among its aliases), and each key's kind."""

    names: Sequence[tuple[str, str, int]]
    kinds: MappingType[str, Kind]


def _vocabulary(table: str, columns: Sequence[Column], keys: Collection[str] | None, *, specials: bool) -> _Vocabulary:
    names: list[tuple[str, str, int]] = []
    for column in columns:
        further = MORE_ALIASES.get(column.key, ()) if table == "Leads" else ()
        spellings = (column.header, *column.aliases, *further)
        names += [(_plain(name), column.key, place) for place, name in enumerate(spellings)]
    if specials and table == "Leads":
        for key, aliases in SPECIAL.items():
            if keys is None or key in keys:
                names += [(_plain(name), key, place) for place, name in enumerate(aliases, 1)]
    return _Vocabulary(
        names, {column.key: column.kind for column in columns} | {OUTCOME: Kind.FLAG, MODIFIED: Kind.DATE}
    )


def _claims(
    headers: Sequence[str],
    seen: Sequence[list[object]],
    vocabulary: _Vocabulary,
    settings: MappingType[str, str],
    playbook: Playbook | None,
) -> tuple[list[_Claim], dict[int, str]]:
    """Return every header's claims, and why headers were turned away although they sound like a column of ours."""
    claims: list[_Claim] = []
    refused: dict[int, str] = {}
    for position, header in enumerate(headers):
        plain, values = _plain(header), seen[position]
        if plain in settings:
            if settings[plain]:
                claims.append(_Claim((0.0,), position, settings[plain], "settings"))
            continue
        # Pipedrive writes "Deal - Title", "Person - Email": the part before the dash says whose it is.
        whose, dash, own = header.partition(" - ")
        # What stands in brackets ("Deal size (EUR)") says how a column is filled, not what it is.
        bare = _plain(without_brackets(own if dash and _plain(whose) in PREFIXES else header)) or plain
        for name, key, place in vocabulary.names:
            likeness, late = _likeness(plain, name), 0
            if not likeness:
                likeness, late = _likeness(bare, name), 100  # the whole header, where it means something, goes first
            if not likeness:
                continue
            kind = vocabulary.kinds.get(key, Kind.TEXT)
            if _unfit(key, kind, values):
                examples = ", ".join(str(value)[:20] for value in values[:3])
                refused[position] = f"the values ({examples}) are no {KIND_WORDS[kind]}, kept as a column of its own"
                continue
            known_words = _known_stage_words(key, values, playbook)
            claims.append(_claim(position, key, place + late, likeness, known_words))
    return claims, refused


def _grant(claims: Sequence[_Claim]) -> tuple[dict[int, _Claim], dict[str, int]]:
    """Give each header and each key to its best claim; return the claims by position, and each key's position."""
    granted: dict[int, _Claim] = {}
    used: dict[str, int] = {}
    for claim in sorted(claims, key=lambda claim: claim.rank):
        if claim.position in granted or claim.key in used:
            continue
        if claim.key == FULL_NAME and {"first_name", "last_name"} & used.keys():
            continue
        if claim.key in {"first_name", "last_name"} and FULL_NAME in used and claim.rank[0] > _BY_PRESET:
            continue
        if claim.key == OUTCOME and ({"stage", *ENDINGS} & used.keys()):
            continue
        granted[claim.position] = claim
        used[claim.key] = claim.position
    return granted, used


def _second_choices(
    claims: Sequence[_Claim], granted: MappingType[int, _Claim], used: MappingType[str, int], headers: Sequence[str]
) -> dict[int, str]:
    """Return what to say of headers that mean a column of ours which another header of the file fills already."""
    ours = {column.key: column.header for columns in TABLES.values() for column in columns}
    return {
        claim.position: f"also sounds like {ours[claim.key]}, which {headers[used[claim.key]]} fills; kept as a column "
        "of its own"
        for claim in claims
        if claim.position not in granted and claim.key in used and claim.key in ours
    }


_BY_PRESET = 0.5


def _preset_claims(
    preset: Preset,
    headers: Sequence[str],
    seen: Sequence[list[object]],
    vocabulary: _Vocabulary,
    settings: MappingType[str, str],
) -> list[_Claim]:
    """Return what a program's own headers mean, those whose values do not fit left out."""
    at = {header: position for position, header in reversed(list(enumerate(headers)))}
    claims: list[_Claim] = []
    person = {"first_name", "last_name"} & preset.claims(headers).keys()
    for key, theirs in preset.claims(headers).items():
        kind = vocabulary.kinds.get(key, Kind.TEXT)
        if (key not in vocabulary.kinds and key not in {FULL_NAME, DEAL_NAME, *ENDINGS}) or (
            key == FULL_NAME and person
        ):
            continue
        claims += [
            _Claim((_BY_PRESET, float(place)), at[header], key, f"preset {preset.title}")
            for place, header in enumerate(theirs)
            if _plain(header) not in settings and not _unfit(key, kind, seen[at[header]])
        ]
    return claims


def _likeness(plain: str, name: str) -> float:
    """Return how alike a header and a known name are: 1 the same, 0 too different."""
    if plain == name:
        return float(bool(plain))
    if min(len(plain), len(name)) < 5:
        return 0.0
    from rapidfuzz.distance import Levenshtein  # noqa: PLC0415 - loaded only when a mapping is asked for

    return Levenshtein.normalized_similarity(plain, name, score_cutoff=_FUZZY)


def _unfit(key: str, kind: Kind, values: Sequence[object]) -> bool:
    if key == FULL_NAME:
        return bool(values) and max(share(Kind.EMAIL, values), share(Kind.PHONE, values)) > 0.5
    return len(values) >= 2 and share(kind, values) < _FITTING


def _claim(position: int, key: str, place: int, likeness: float, known_words: float) -> _Claim:
    if likeness < 1:
        level, how = 3.0, f"fuzzy {likeness:.2f}"
    else:
        level, how = (1.0, "exact") if place in {0, 100} else (2.0, "alias")
    if key == MODIFIED and likeness == 1:
        level = 1.2  # "Last Modified Date" is also an alias of Last Activity, in trackers
    if key == "stage":
        # A stage column is told by its words first; spelling only breaks ties.
        return _Claim((1.5, 1 - known_words, level, float(place)), position, key, how)
    return _Claim((level, 1 - likeness, float(place)), position, key, how)


def _known_stage_words(key: str, values: Sequence[object], playbook: Playbook | None) -> float:
    if key != "stage" or playbook is None or not values:
        return 0.0
    return sum(foreign_stage(str(value), playbook) is not None for value in values) / len(values)


def _settle_name(matches: list[HeaderMatch]) -> list[HeaderMatch]:
    """Decide what a bare "Name" is: the deal's where there are deal columns and no person's, else a person's."""
    keys = {match.key for match in matches}
    deal = bool(keys & {"amount", "close_date", "probability_override"})
    person = bool(keys & {"email", "phone", "job_title"})
    settled = []
    for match in matches:
        bare = _plain(match.header) == "name" and match.key in {FULL_NAME, DEAL_NAME}
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
