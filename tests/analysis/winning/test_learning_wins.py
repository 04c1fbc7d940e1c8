import sys

import numpy as np
import pytest
from asking import question
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs
from selling import Selling

from leadbook.analysis.winning.bands import cut
from leadbook.analysis.winning.figures import auc
from leadbook.analysis.winning.learning import chances_by_columns, learn
from leadbook.analysis.winning.points_model import fit_points
from leadbook.analysis.winning.points_table import points_table
from leadbook.analysis.winning.reasons import spell_reasons, terms_of
from leadbook.analysis.winning.telling import tell_model
from leadbook.analysis.winning.told import read_cells
from leadbook.analysis.winning.trees import Effort, fit_trees

SMALL = Effort(rows=1_500, trees=30, rate=0.1, folds=3)


def shuffled(selling, order):
    """Return the same leads in another order of the rows."""
    other = Selling.__new__(Selling)
    other.__dict__.update(selling.__dict__)
    other.ids = [selling.ids[at] for at in order]
    other.won = selling.won[order]
    other.columns = {header: [cells[at] for at in order] for header, cells in selling.columns.items()}
    return other


def chances(selling, **effort):
    return dict(zip(selling.ids, chances_by_columns(learn(question(selling), **effort)).tolist(), strict=True))


@settings(max_examples=8, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing_at_all(random):
    selling = Selling(count=260, still_open=40)
    order = list(range(selling.count))
    random.shuffle(order)
    assert str(chances(selling)) == str(chances_in_order(shuffled(selling, order), selling.ids))


def chances_in_order(selling, ids):
    found = chances(selling)
    return {lead: found[lead] for lead in ids}


def test_the_order_of_the_rows_changes_nothing_with_the_stronger_model_either():
    selling = Selling(count=2_600, still_open=200, strength=1.4)
    selling.columns["Fit"] = [  # a trait that counts in one region only, which a sum of points cannot tell
        word if end == (region == "North") else "b"
        for word, end, region in zip(
            selling.pick("a", "b", "a"), selling.truth > 0.5, selling.columns["Region"], strict=True
        )
    ]
    order = np.random.default_rng(9).permutation(selling.count).tolist()
    one = learn(question(selling), effort=SMALL)
    assert one.trees is not None, "the stronger model has something to find here"
    assert one.readable.left_out.auc.value < one.stronger.left_out.auc.value
    two = learn(question(shuffled(selling, order)), effort=SMALL)
    found = dict(zip([selling.ids[at] for at in order], chances_by_columns(two).tolist(), strict=True))
    assert str([found[lead] for lead in selling.ids]) == str(chances_by_columns(one).tolist())


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.integers(200, 500), st.floats(0.0, 3.0))
def test_terms_add_up_to_log_odds_and_chances_stay_between_0_and_1(seed, count, strength):
    selling = Selling(count=count, still_open=50, seed=seed, strength=strength)
    learned = learn(question(selling))
    if learned.points is None:
        assert min(learned.won, learned.lost) < 30
        return
    found = chances_by_columns(learned)[learned.asked]
    assert ((found > 0) & (found < 1)).all()
    for place, lead in enumerate(learned.asked.tolist()):
        total = learned.start + sum(term.log_odds for term in terms_of(learned, place))
        assert total == pytest.approx(learned.log_odds[lead], abs=1e-9)


def test_reasons_as_text_add_up_to_the_cent():
    learned = learn(question(Selling(count=700, still_open=100)))
    for text in spell_reasons(learned, learned.start, np.arange(100), shown=2):
        parts, _, whole = text.rpartition("; in all ")
        told = sum(float(part.rpartition(" ")[2]) for part in parts.split("; "))
        assert told == pytest.approx(float(whole.split(" ")[0]), abs=0.0051)


@pytest.mark.parametrize(("start", "said"), [(-9.0, "under 1 %"), (0.0, "50 %"), (9.0, "over 99 %")])
def test_what_is_not_decided_is_never_said_to_be_sure(start, said):
    learned = learn(question(Selling(count=700, still_open=100, strength=0.0)))
    flat = structs.replace(learned, terms=np.zeros_like(learned.terms))
    assert spell_reasons(flat, start, np.array([0]))[0].endswith(f"= {said}")


def test_trees_are_taken_apart_into_exactly_what_scikit_learn_says(monkeypatch):
    import sklearn.ensemble

    fitted = []

    class Kept(sklearn.ensemble.GradientBoostingClassifier):
        def fit(self, seen, won):
            fitted.append((self, seen))
            return super().fit(seen, won)

    monkeypatch.setattr(sklearn.ensemble, "GradientBoostingClassifier", Kept)
    selling = Selling(count=900, still_open=0)
    rows = np.arange(900)
    bands = [cut(read_cells(header, cells), rows >= 0) for header, cells in selling.columns.items()]
    model = fit_trees(bands, selling.truth, rows, SMALL)
    sklearns, seen = fitted[0]
    terms = model.terms(bands, rows)
    assert terms.shape == (900, len(bands))
    assert model.start + terms.sum(axis=1) == pytest.approx(sklearns.decision_function(seen), abs=1e-9)


def test_honest_columns_teach_what_there_is_to_learn_and_the_stated_figures_hold_for_leads_still_open():
    selling = Selling(count=4_000, still_open=2_000)
    learned = learn(question(selling), effort=SMALL)
    at = learned.asked
    truth = auc(chances_by_columns(learned)[at], selling.truth[at]).value
    best = auc(selling.log_odds[at], selling.truth[at]).value
    assert truth > best - 0.02
    told = learned.in_use.left_out.auc
    assert told.low - 0.02 < truth < told.high + 0.02


def test_noise_teaches_nothing():
    selling = Selling(count=1_500, still_open=300, strength=0.0)
    found = chances_by_columns(learn(question(selling)))[-300:]
    assert found.std() < 0.03


def effect_of(leads, spread):
    """Return the log-odds of Referral where it wins 3 of 4 and Web 1 of 4, seen on so many leads of each."""
    won = np.array(([1.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0]) * (leads // 4))
    told = read_cells("Source", (["Referral"] * 4 + ["Web"] * 4) * (leads // 4))
    rows = np.arange(len(won))
    return fit_points([cut(told, rows >= 0)], won, np.zeros(len(won)), rows, spreads=(spread,)).effects[0][0]


def test_of_noise_the_stronger_model_is_not_even_loaded(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.ensemble", None)  # importing it fails
    noise = Selling(count=2_600, still_open=200, strength=0.0)
    found = learn(question(noise), effort=SMALL)
    assert found.trees is None
    assert "no column tells won from lost better than chance" in tell_model(found)


def test_the_fewer_leads_the_nearer_to_the_average():
    by_data = np.log(3.0)
    effects = [effect_of(leads, 0.3) for leads in (8, 40, 400, 4_000)]
    assert 0 < effects[0] < effects[1] < effects[2] < effects[3] < by_data
    assert effects[3] == pytest.approx(by_data, abs=0.02)
    assert effect_of(40, 0.1) < effect_of(40, 1.0)


def test_the_playbook_is_believed_until_history_speaks():
    chance = np.random.default_rng(4)
    playbook = chance.normal(0, 1, 4_000)
    won = (chance.random(4_000) < 0.3).astype(float)  # which fit points tell nothing about
    few, many = np.arange(60), np.arange(4_000)
    assert fit_points([], won, playbook, many).trust == pytest.approx(0, abs=0.1)
    assert fit_points([], won, playbook, few).trust > fit_points([], won, playbook, many).trust
    assert fit_points([], won, playbook, few[:4]).trust == pytest.approx(1, abs=0.35)


def test_the_points_table_says_how_the_leads_with_each_value_ended():
    selling = Selling(count=1_000, still_open=200)
    learned = learn(question(selling))
    lines = {(line.column, line.value): line for line in points_table(learned)}
    line = lines["Source", "Referral"]
    decided = [
        end for end, word, waiting in zip(selling.truth, selling.columns["Source"], selling.still_open, strict=True)
        if word == "Referral" and not waiting
    ]  # fmt: skip
    assert (line.n, line.won) == (len(decided), sum(decided))
    assert line.lift == pytest.approx(line.rate / selling.truth[:800].mean())
    assert line.points > 0 > lines["Source", "Cold call"].points


ODD = {
    "20 leads": lambda: Selling(count=20, still_open=5),
    "200 columns": lambda: wide(Selling(count=400, still_open=80), 200),
    "a word for each lead": lambda: with_column([f"w{at}" for at in range(400)]),
    "10,000 different words": lambda: with_column([f"w{at % 9_999}" for at in range(400)]),
    "numbers typed as text": lambda: with_column([f"{at * 7 % 50:,} " for at in range(400)]),
    "words among numbers": lambda: with_column([at % 9 if at % 3 else "many" for at in range(400)]),
    "a blank column": lambda: with_column([None] * 400),
    "dates to come": lambda: with_column([f"{2090 + at % 9}-05-0{1 + at % 9}" for at in range(400)]),
    "mixed types": lambda: with_column([(at, str(at), 2.5, None, True)[at % 5] for at in range(400)]),
    "endless numbers": lambda: with_column([float("inf") if at % 2 else float(at % 7) for at in range(400)]),
}


def wide(selling, count):
    selling.columns |= {f"Column {at}": selling.pick("a", "b", "c") for at in range(count)}
    return selling


def with_column(cells):
    selling = Selling(count=400, still_open=80)
    selling.columns["Odd"] = cells
    return selling


@pytest.mark.parametrize("what", ODD)
def test_odd_tables_are_answered(what):
    selling = ODD[what]()
    learned = learn(question(selling))
    found = chances_by_columns(learned)[learned.asked]
    if learned.points is None:
        assert np.isnan(found).all()
    else:
        assert ((found > 0) & (found < 1)).all()
        assert auc(found, selling.truth[learned.asked]).value > 0.55  # the honest columns still speak


def test_a_value_that_nobody_had_before_adds_nothing():
    selling = Selling(count=600, still_open=100)
    selling.columns["Source"][-1] = "Never heard of"
    selling.columns["Source"][-2] = ""
    learned = learn(question(selling))
    terms = {term.column: term.log_odds for term in terms_of(learned, len(learned.asked) - 1)}
    blank = {term.column: term.log_odds for term in terms_of(learned, len(learned.asked) - 2)}
    assert terms["Source"] == blank["Source"] == 0


EMPLOYEES = np.arange(1, 11) * 10


def errors_of(truth, leads, as_words):
    """Return how far the log-odds learned for ten sizes of company lie from the truth, on average over 20 lists."""
    off = []
    for seed in range(20):
        chance = np.random.default_rng(seed)
        size = chance.integers(0, 10, leads)
        won = (chance.random(leads) < 1 / (1 + np.exp(-truth[size]))).astype(float)
        cells = [f"about {number}" if as_words else number for number in EMPLOYEES[size].tolist()]
        rows = np.arange(leads)
        bands = cut(read_cells("Employees", cells), rows >= 0)
        model = fit_points([bands], won, np.zeros(leads), rows)
        said = model.start + model.terms([bands], rows)[:, 0]
        off.append(np.abs(said - truth[size]).mean())
    return np.mean(off)


def test_numbers_beside_each_other_learn_from_each_other_and_words_do_not():
    rising = np.linspace(-1.5, 1.5, 10)
    assert errors_of(rising, 150, as_words=False) < 0.75 * errors_of(rising, 150, as_words=True)


def test_where_one_number_is_unlike_its_neighbours_many_leads_show_it():
    peak = np.where(EMPLOYEES == 50, 1.5, -0.5)
    assert errors_of(peak, 20_000, as_words=False) < 0.1
