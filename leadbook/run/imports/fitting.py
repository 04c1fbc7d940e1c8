"""Incoming rows fitted to the workbook: the headers of the team's own columns there, and each row's Lead ID."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from msgspec import structs

from leadbook.analysis.history_ids import assign_lead_ids
from leadbook.model.cells import cell_text, is_blank
from leadbook.model.columns import TABLES
from leadbook.model.headers import squeezed
from leadbook.model.mapping_values import OTHER_EMAILS
from leadbook.run.imports.identities import RECORD_ID, id_key, id_system
from leadbook.run.imports.standing import Incoming

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.model.mapping_cells import Value
    from leadbook.model.mapping_values import Converted
    from leadbook.model.records import Records, Typed
    from leadbook.run.imports.gathered import Gathered
    from leadbook.run.imports.matches import Matched
    from leadbook.run.imports.policies import Policy
    from leadbook.run.imports.standing import Standing


def fit_columns(converted: Converted, gathered: Gathered, leads: Typed) -> tuple[Incoming, list[str]]:
    """Give the seller's own columns the headers that they have, or will have, in the workbook."""
    own = {squeezed(header): header for header in leads.extra.columns}
    reserved = {squeezed(column.header) for column in TABLES["Leads"]}
    reserved |= {squeezed(header) for header in leads.headers.values()}
    extra: dict[str, Sequence[Value]] = {}
    notes: list[str] = []
    deal = None
    for header, values in converted.extra.items():
        if all(value is None for value in values):
            continue
        name = own.get(squeezed(header), header)
        if squeezed(name) in reserved:
            wanted = f"{header} (imported)"
            name = own.get(squeezed(wanted), wanted)
            notes.append(f"{header} is kept as {name}, because Leads has a column {header} that means something else.")
        if name in extra:
            name = f"{name} (2)"
        extra[name] = values
        if header == gathered.deal_header:
            deal = name
    keyed = {key: values for key, values in converted.keyed.items() if any(value is not None for value in values)}
    return Incoming(keyed, extra, deal, len(gathered.lines), converted.modified), notes


def with_ids(matched: Matched, standing: Standing, records: Records, policy: Policy) -> Incoming:
    """Return the rows with each one's Lead ID: the known lead's, the file's, or a new one.

    An id that the file gives to a lead that is known under another one is kept beside it.
    """
    incoming, found = matched.incoming, matched.found
    given = incoming.keyed.get("lead_id") or [None] * incoming.n_rows
    held = standing.column(key="lead_id")
    known = {id_key(cell) for cell in held if not is_blank(cell)}
    ids: list[Value] = [None] * incoming.n_rows
    kept_beside: list[Value] = [None] * incoming.n_rows
    for place in (*found, *matched.new):
        cell = held[found[place]] if place in found else None
        value = given[place]
        key = id_key(value) if not is_blank(value) else ""
        if not is_blank(cell):
            ids[place] = cell_text(cell)
            if key and key != id_key(cell) and id_system(key) != "leadbook" and key not in matched.masters:
                kept_beside[place] = value
        elif key and not (id_system(key) == "leadbook" and key in known):
            ids[place] = value
    without = [place for place in (*found, *matched.new) if ids[place] is None]
    if without:
        used = [word for word in (*map(cell_text, held), *(str(value) for value in ids if value is not None)) if word]
        frame = pd.DataFrame({"lead_id": [*used, *[""] * len(without)]}, dtype="str")
        new = assign_lead_ids(
            structs.replace(records.leads, frame=frame), records.history, records.archive, records.activities
        )
        for place, lead_id in zip(without, new.values(), strict=True):
            ids[place] = lead_id
    ids = [given[first] if ids[first] is None else ids[first] for first in matched.first]
    extra = dict(incoming.extra)
    if any(value is not None for value in kept_beside):
        extra[RECORD_ID] = kept_beside
    if matched.addresses:
        extra[OTHER_EMAILS] = _further_addresses(matched, standing, policy)
    return structs.replace(incoming, keyed={**incoming.keyed, "lead_id": ids}, extra=extra)


def _further_addresses(matched: Matched, standing: Standing, policy: Policy) -> list[Value]:
    """Return the further addresses, with those by which leads are found again that only the duplicate model knew."""
    emails, others = standing.column(key="email"), matched.incoming.extra.get(OTHER_EMAILS)
    further: list[Value] = [None] * matched.incoming.n_rows if others is None else list(others)
    for place, address in matched.addresses.items():
        # A blank cell takes the address itself, unless known leads are to be left as they are.
        if policy == "ours" or not is_blank(emails[matched.found[place]]):
            further[place] = further[place] or address
    return further
