"""What belongs to leads, table by table: the rows that the copies have beyond the master."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.analysis.archived import folded_id
from leadbook.model.cells import cell_text
from leadbook.run.syncs.followers import contents_of, counts_of, new_rows, table_of
from leadbook.run.syncs.pairing import leading, merged_into

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.run.syncs.combining import Compared
    from leadbook.run.syncs.gains import Gains
    from leadbook.run.syncs.side import Side


def follow(gains: Gains, name: str, master: Side, compared: Sequence[Compared]) -> None:
    """Gather the rows of one table that the copies have beyond the master."""
    into = merged_into([master, *(one.copy for one in compared)])
    known = dict(master.base.rows.get(name, {})) if master.base is not None else {}
    for one in compared:
        for mark, count in (one.copy.base.rows.get(name, {}) if one.copy.base is not None else {}).items():
            known[mark] = max(known.get(mark, 0), count)
    held = counts_of(table_of(master.records, name), name, lambda key: into.get(key, key))
    before = dict(held)
    seen = {mark: max(known.get(mark, 0), held[mark]) for mark in {*known, *held}}
    spelled = {key: master.lead_id(at) for key, at in master.places.items()}
    for one in compared:
        table = table_of(one.copy.records, name)
        if table is None or table.table is None:
            continue
        renamed = one.lead_of(master)
        lead_of = leading(renamed, into)
        fresh, came = new_rows(table, name, lead_of, held=held, before=before, known=known)
        for row in fresh:
            content = contents_of(table, row)
            key = folded_id(cell_text(content.get("lead_id")))
            now = renamed.get(key) or (into.get(key) if key not in master.places else None)
            if now is not None:
                content["lead_id"] = one.ids.get(key) or spelled.get(now) or now.upper()
            gains.rows.setdefault(name, []).append(content)
        for mark, count in came.items():
            held[mark] = max(held[mark], count)
            seen[mark] = max(seen.get(mark, 0), count)
    gains.seen[name] = seen
