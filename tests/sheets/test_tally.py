"""Live figures: what Excel will compute, what leadbook means, and the difference told openly."""

from __future__ import annotations

import datetime as dt

import pytest
from believable_book import HEADERS, TODAY, contents_of, study
from msgspec.structs import replace

from leadbook.model.playbook import Category
from leadbook.model.tables import CellError
from leadbook.sheets.live import Tally
from leadbook.sheets.live_where import Day, StageWords, Where, stage_words
from leadbook.sheets.spec import Formula


def tally_of(leads, **options):
    results = study(contents_of(leads, **options))
    words = replace(stage_words(results), word_area="$A$1:$A$9", chance_area="$B$1:$B$9", category_area="$C$1:$C$9")
    return Tally(results, words), results


def lead(**cells):
    return {"Lead ID": "L-1", "Company": "Alder Works", "Last Name": "Berg", "Stage": "Proposal", **cells}


def test_a_clean_amount_needs_no_constant():
    tally, _ = tally_of([lead(Amount=1000), lead(Amount=250, Stage="Closing")])
    figure = tally.value(Where(stage="Proposal", stage_cell="$A5"))
    assert figure == Formula("=SUMIFS(Leads[Amount],Leads[Stage],$A5)", 1000.0)
    assert not tally.footnotes.reasons


def test_an_amount_typed_as_text_is_added_as_a_plain_number_and_told():
    tally, results = tally_of([lead(Amount=1000), lead(Amount="12 k")])
    figure = tally.value(Where(stage="Proposal", stage_cell="$A5"))
    assert figure == Formula("=SUMIFS(Leads[Amount],Leads[Stage],$A5)+12000", 13000.0)
    (sentence,) = tally.footnotes.sentences(results)
    assert "12,000 EUR from 1 lead with an amount typed as text" in sentence


def test_other_spellings_of_a_stage_are_criteria_of_their_own():
    tally, _ = tally_of([lead(Amount=100), lead(Amount=10, Stage="PROPOSAL"), lead(Amount=1, Stage="Proposal ")])
    figure = tally.value(Where(stage="Proposal", stage_cell="$A5"))
    assert figure == Formula(
        '=SUMIFS(Leads[Amount],Leads[Stage],$A5)+SUMIFS(Leads[Amount],Leads[Stage],"proposal ")', 111.0
    )


def test_the_weighted_value_looks_past_deals_up_and_honours_overrides():
    past = Day("$B$2", TODAY)
    tally, _ = tally_of([
        lead(Amount=1000, **{"Close Date": dt.date(2027, 1, 1)}),
        lead(Amount=500, **{"Close Date": dt.date(2026, 1, 1)}),
        lead(Amount=200),
        lead(Amount=100, **{"Close Date": dt.date(2027, 1, 1), "Probability Override": 0.9}),
    ])  # fmt: skip
    figure = tally.weighted(Where(stage="Proposal", stage_cell="$A5", not_past=past), chance_cell="$D5")
    assert figure.value == pytest.approx(0.5 * 1200 + 0.9 * 100)  # the stage's chance is 50 %
    assert "*$D5" in figure.text
    assert figure.text.count("$B$2") == 2
    assert not tally.footnotes.reasons


def test_amounts_in_other_currencies_follow_the_rates_table():
    tally, _ = tally_of(
        [lead(Amount=100), lead(Amount=100, Currency="USD"), lead(Amount=100, Currency="eur")], rates={"USD": 0.5}
    )
    figure = tally.value(Where(stage="Proposal", stage_cell="$A5"))
    assert figure.value == 250.0
    assert 'INDEX(Rates[Rate],MATCH("USD",Rates[Currency],0))' in figure.text


def test_an_amount_without_a_rate_is_left_out_never_taken_as_one():
    tally, _ = tally_of([lead(Amount=100), lead(Amount=70, Currency="CHF")], rates={"USD": 0.5})
    assert tally.value(Where(stage="Proposal", stage_cell="$A5")).value == 100.0


def test_a_missing_column_gives_a_plain_number():
    headers = tuple(header if header != "Stage" else "Phase of ours" for header in HEADERS)
    tally, _ = tally_of([lead(Amount=100)], headers=headers)
    assert tally.count(Where()) == 1.0
    assert not isinstance(tally.count(Where()), Formula)


def test_an_error_among_the_amounts_does_not_spoil_the_sum():
    tally, _ = tally_of([lead(Amount=100), lead(Amount=CellError("#DIV/0!"))])
    figure = tally.value(Where(stage="Proposal", stage_cell="$A5"))
    assert figure.value == 100.0
    assert 'Leads[Amount],">=-9E+307"' in figure.text


def test_a_group_is_found_in_all_its_spellings_and_unknown_takes_the_blanks():
    tally, _ = tally_of([lead(Owner="Ana Costa"), lead(Owner="ana  costa"), lead(Owner=None)])
    ana = tally.count(Where(group_key="owner", group="Ana Costa", group_cell="$A9"))
    assert ana.value == 2
    assert '"ana  costa"' in ana.text
    unknown = tally.count(Where(group_key="owner", group="Unknown", group_cell="$A10"))
    assert unknown.value == 1
    assert unknown.text.endswith('Leads[Owner],""))')


def test_a_period_is_half_open_and_a_category_comes_from_the_cell_before_the_stage():
    first, after = dt.date(2026, 12, 1), dt.date(2027, 1, 1)
    tally, _ = tally_of([
        lead(Amount=1, **{"Close Date": first}),
        lead(Amount=10, **{"Close Date": after}),
        lead(Amount=100, **{"Close Date": first, "Forecast Category": "Commit"}),
        lead(Amount=1000, Stage="Closing", **{"Close Date": dt.date(2026, 12, 31)}),
    ])  # fmt: skip
    where = Where(category=Category.COMMIT, since=Day("$B5", first), before=Day("$C5", after))
    assert tally.value(where).value == 1100.0
    assert tally.value(replace(where, category=Category.BEST_CASE)).value == 1.0


def in_category(category, *words):
    """Return the figure of a category where the sheet lists these words, from A1 down."""
    results = study(contents_of([lead(Amount=1000, Stage="Closing")], headers=WITHOUT_CATEGORY))
    listed = StageWords(words, words, *(f"${letter}$1:${letter}${len(words)}" for letter in "ABC"))
    return Tally(results, listed).value(Where(category=category)).text


WITHOUT_CATEGORY = tuple(header for header in HEADERS if header != "Forecast Category")


def test_a_category_looks_for_the_words_of_its_own_stages_alone():
    stages = ("Assessment", "Proposal", "Objections", "Closing")
    assert in_category(Category.COMMIT, *stages) == "=SUMIFS(Leads[Amount],Leads[Stage],$A$4)"
    assert in_category(Category.BEST_CASE, *stages) == "=SUMPRODUCT(SUMIFS(Leads[Amount],Leads[Stage],$A$2:$A$3))"


def test_a_stage_of_another_category_between_them_is_left_out_by_its_category():
    text = in_category(Category.BEST_CASE, "Assessment", "Proposal", "Closing", "Objections")
    assert text == '=SUMPRODUCT(SUMIFS(Leads[Amount],Leads[Stage],$A$2:$A$4),--($C$2:$C$4="Best case"))'


def test_a_formula_never_holds_text_that_would_be_an_operator():
    tally, _ = tally_of([lead(Owner="=1+1", Amount=5), lead(Owner="*", Amount=7)])
    injected = tally.value(Where(group_key="owner", group="=1+1", group_cell="$A9"))
    assert not isinstance(injected, Formula) or "=1+1" not in injected.text[1:]
    star = tally.value(Where(group_key="owner", group="*", group_cell="$A10"))
    assert star.value == 7.0
    assert '"~*"' in star.text


def test_archived_leads_count_nowhere():
    tally, results = tally_of([lead(Amount=100), lead(Amount=40, **{"Lead ID": "L-2"})])
    gone = replace(results.records.archive, frame=results.records.leads.frame[["lead_id"]].iloc[1:])
    results = replace(results, records=replace(results.records, archive=gone))
    figure = Tally(results, tally._words).value(Where(stage="Proposal", stage_cell="$A5"))  # noqa: SLF001 - same words
    assert figure.value == 100.0
