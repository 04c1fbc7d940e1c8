"""The Duplicates sheet: leads that look like the same one, and the seller's decision about each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leadbook.analysis.decision_rows import DECISIONS, DecisionRow
from leadbook.model.cells import cell_text
from leadbook.model.columns import key_of
from leadbook.model.issues import quoted_sheet
from leadbook.model.locate import find_table
from leadbook.sheets import look
from leadbook.sheets.page import Field, Page
from leadbook.sheets.registry import sheet
from leadbook.sheets.spec import Area, Link, Sheet, Style, Validation

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from leadbook.model.tables import BookContents
    from leadbook.sheets.results import Results
    from leadbook.sheets.spec import Content

NAME = "Duplicates"
TABLE = "DuplicatesList"
COLUMNS = 12
MOST_ROWS = 1_000

_FIELDS = (
    Field("Group", look.CENTER, least=8),
    Field("Lead ID", least=11, most=16),
    Field("Proposed", look.WRAPPED, least=15, most=19),
    Field("Chance", look.number(look.PERCENT), least=9),
    Field("Company", look.WRAPPED, least=14, most=24),
    Field("Contact", look.WRAPPED, least=12, most=18),
    Field("Email", look.WRAPPED, least=16, most=31),
    Field("Phone", look.WRAPPED, least=12, most=17),
    Field("Owner", look.WRAPPED, least=10, most=14),
    Field("Stage", look.WRAPPED, least=11, most=14),
    Field("Why they look the same", look.WRAPPED, least=28, most=42),
    Field("Decision", look.CENTER.but(fill="#FFFBEA", border="all"), least=13),
)
_KEEP = "Keep"


@sheet(NAME, order=60)
def duplicates_sheet(results: Results, decisions: Mapping[str, str] | None = None) -> Sheet:
    """Lay out the Duplicates sheet.

    Parameters
    ----------
    results : Results
    decisions : mapping of str to str, optional
        The seller's earlier decisions as ``read_decisions`` returns them; ``results.decisions`` without it.

    Returns
    -------
    Sheet
        The groups the seller has decided about, and at most ``MOST_ROWS`` rows of the likeliest others.
    """
    decided = results.decisions if decisions is None else decisions
    page = Page(Sheet(results.naming.sheet(NAME), tab_color=look.GREY), COLUMNS)
    page.widths(9, 11, 15, 9, 14, 12, 16, 12, 10, 11, 28, 13)
    clusters = results.duplicates.clusters
    groups = int(clusters["cluster"].nunique())
    extra = len(clusters) - groups
    page.title("Duplicates", results, said=f"{groups:,} {_word(groups, 'group')} of leads that look the same")
    if clusters.empty:
        page.sentence("No two leads look like the same one.", look.TEXT)
    else:
        page.sentence(
            f"{extra:,} {_word(extra, 'lead')} may repeat another one. In the Decision column choose Merge to put a "
            "lead into the bold one of its group, Keep both when they are two, or Master to keep that lead instead of "
            "the bold one; on the bold row, Merge or Keep both speaks for the whole group. The next refresh fills the "
            "kept lead's blank cells and moves the others to the Archive; leadbook unmerge brings them back.",
            look.NOTE_WRAPPED,
        )
    shown, left = _shown(clusters, decided)
    if left:
        page.sentence(
            f"The {len(shown):,} rows of the likeliest groups are listed; {left:,} more follow once you have decided "
            "about these, and the Duplicate Of column of the Leads table names them all."
        )
    if results.kept_apart:
        page.sentence(
            f"{results.kept_apart:,} {_word(results.kept_apart, 'pair')} you decided to keep both of: Settings, table "
            "KeptApart. Delete a row there to see the pair here again."
        )
    for said in results.duplicates.skipped:
        page.sentence(said)
    page.gap()
    table = page.table(results.naming.table(TABLE), _FIELDS, _rows(results, shown, decided))
    body = Area(table.row + 1, 1, table.last_row, COLUMNS)
    first = body.first_row
    page.sheet.validations.append(Validation(
        Area(first, COLUMNS, body.last_row, COLUMNS), "list", DECISIONS, title="Decision",
        message="Merge: this lead goes into the kept one. Keep both: they are two different leads. Master: keep this "
                "one instead.",
        strict=True,
    ))  # fmt: skip
    page.mark(body, f'=$C{first}="{_KEEP}"', Style(bold=True, fill=look.SOFT))
    page.mark(Area(first, 4, body.last_row, 4), f"=AND(ISNUMBER($D{first}),$D{first}>=0.95)",
              Style(color=look.RED, bold=True))  # fmt: skip
    return page.finish(freeze=(table.row, 2), repeat=(table.row, table.row))


def _word(count: int, word: str) -> str:
    return word if count == 1 else f"{word}s"


def decision_key(lead_id: str, kept_id: str) -> str:
    """Return what a decision is remembered by: the lead, and the lead it would be merged into."""
    return f"{lead_id.strip().casefold()} > {kept_id.strip().casefold()}"


def read_decisions(contents: BookContents) -> dict[str, str]:
    """Return what the Decision column of an earlier refresh holds, by ``decision_key``.

    A word that is none of ``DECISIONS`` stays as typed, so that it can be corrected where it was typed.
    """
    rows = read_decision_rows(contents)
    kept = {row.group: row.lead_id for row in rows if row.proposed}
    known = {word.casefold(): word for word in DECISIONS}
    return {
        decision_key(row.lead_id, kept[row.group]): known.get(row.typed.casefold(), row.typed)
        for row in rows
        if row.typed and row.group in kept
    }


def read_decision_rows(contents: BookContents) -> list[DecisionRow]:
    """Return the rows of the Duplicates sheet of an earlier refresh, in whatever order they stand now."""
    table = find_table(contents, TABLE)
    places = {key_of(header): position for position, header in enumerate(table.headers)} if table else {}
    if table is None or not {"group", "lead_id", "proposed", "decision"} <= places.keys():
        return []
    blank = [None] * len(table.rows)
    group, lead, proposed, decision, why = (
        table.cells[places[key]] if key in places else blank
        for key in ("group", "lead_id", "proposed", "decision", "why_they_look_the_same")
    )
    column = table.first_column + places["decision"]
    return [
        DecisionRow(
            cell_text(group[at]), cell_text(lead[at]), cell_text(proposed[at]) == _KEEP, cell_text(decision[at]),
            cell_text(why[at]), row, column,
        )
        for at, row in enumerate(table.rows.tolist())
        if lead[at] is not None
    ]  # fmt: skip


def decision_cells(sheet: Sheet) -> dict[str, tuple[int, int]]:
    """Return row and column of each lead's Decision cell on a Duplicates sheet that was laid out, by lead id."""
    found: dict[str, tuple[int, int]] = {}
    for table in sheet.tables:
        for offset, cells in enumerate(table.rows, 1):
            link = cells[1]
            if isinstance(link, Link):
                found[str(link.text)] = (table.row + offset, table.last_column)
    return found


def _shown(clusters: pd.DataFrame, decided: Mapping[str, str]) -> tuple[pd.DataFrame, int]:
    """Return the rows to list, whole groups together, the likeliest first, and how many are left out."""
    if clusters.empty:
        return clusters, 0
    ranked = clusters.assign(
        best=clusters.groupby("cluster")["probability"].transform("max"), other=~clusters["master"].astype(bool)
    ).sort_values(["best", "cluster", "other", "probability"], ascending=[False, True, True, False], kind="stable")
    if len(ranked) <= MOST_ROWS:
        return ranked, 0
    masters = ranked[~ranked["other"]].drop_duplicates("cluster").set_index("cluster")["lead_id"]
    keys = [
        decision_key(str(lead), str(masters.get(cluster, "")))
        for lead, cluster in zip(ranked["lead_id"].tolist(), ranked["cluster"].tolist(), strict=True)
    ]
    chosen = set(ranked.loc[[key in decided for key in keys], "cluster"].tolist())
    sizes = ranked.loc[~ranked["cluster"].isin(chosen)].groupby("cluster", sort=False).size()
    chosen |= set(sizes.index[sizes.cumsum() <= MOST_ROWS].tolist())
    listed = ranked[ranked["cluster"].isin(chosen)]
    return listed, len(ranked) - len(listed)


def _rows(results: Results, shown: pd.DataFrame, decided: Mapping[str, str]) -> list[tuple[Content, ...]]:
    if shown.empty:
        return []
    leads = results.records.leads.frame
    rows = shown["row"].astype(int).tolist()
    places = leads.index.get_indexer(shown.set_index("row").index)
    clusters, ids, kept = (shown[key].tolist() for key in ("cluster", "lead_id", "master"))
    numbers = {cluster: number for number, cluster in enumerate(dict.fromkeys(clusters), 1)}
    masters = {cluster: str(one) for cluster, one, is_kept in zip(clusters, ids, kept, strict=True) if is_kept}

    def lead(key: str) -> list[str]:
        return [str(cell) for cell in leads[key].take(places).tolist()]

    home = quoted_sheet(results.leads_sheet)
    into = [masters.get(cluster, "") for cluster in clusters]
    columns: tuple[list[Any], ...] = (
        [numbers[cluster] for cluster in clusters],
        [Link(str(one) or f"row {row}", f"{home}!A{row}", "Go to the lead")
         for one, row in zip(ids, rows, strict=True)],
        [_KEEP if is_kept else f"Merge into {one}" for is_kept, one in zip(kept, into, strict=True)],
        shown["probability"].astype(float).tolist(),
        lead("company"),
        [f"{first} {last}".strip() for first, last in zip(lead("first_name"), lead("last_name"), strict=True)],
        lead("email"),
        lead("phone"),
        lead("owner"),
        lead("stage_name"),
        shown["reasons"].astype(str).tolist(),
        [decided.get(decision_key(str(one), str(one) if is_kept else master))
         for one, is_kept, master in zip(ids, kept, into, strict=True)],
    )  # fmt: skip
    return list(zip(*columns, strict=True))
