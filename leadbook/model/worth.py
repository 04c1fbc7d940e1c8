"""What an amount is worth in the base currency: its currency, and the rate for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from msgspec import structs

from leadbook.model.cells import Fault, Reading
from leadbook.model.columns import TABLES
from leadbook.model.faults import column_issues
from leadbook.model.issues import Severity
from leadbook.model.money import currencies_of, currency_code

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leadbook.model.issues import Issue
    from leadbook.model.playbook import Playbook
    from leadbook.model.records import Typed

_COLUMNS = {column.key: column for columns in TABLES.values() for column in columns}


def reworded(texts: pd.Series[str], words: Mapping[str, str]) -> pd.Series[str]:
    """Return a text column with each text replaced by its word, "" where it has none."""
    codes, different = pd.factorize(texts.to_numpy(dtype=object))
    made = pd.array([words.get(text, "") for text in different], dtype="str")
    return pd.Series(made.take(codes), index=texts.index)


def read_currencies(typed: Typed, readings: dict[str, Reading], playbook: Playbook) -> list[Issue]:
    """Turn the frame's ``currency`` into ISO codes, taking the sign typed beside the amount where it is blank.

    Parameters
    ----------
    typed : Typed
        Its frame is changed in place: ``currency`` holds codes in capitals, and the code that a sign means where
        the cell is blank. An amount whose sign cannot mean the row's currency is left out (NaN) as LB208.
    readings : mapping of key to Reading
        The money columns' readings, for the signs.
    """
    frame = typed.frame
    codes = {word: currency_code(word) for word in frame["currency"].unique() if word}
    currency = reworded(frame["currency"], codes).to_numpy(dtype=object)
    issues: list[Issue] = []
    base = playbook.options.base_currency
    for key in ("amount", "total"):
        reading = readings.get(key)
        if reading is None or reading.currencies is None:
            continue
        marks = reading.currencies
        conflicts: dict[Fault, list[int]] = {}
        taken: dict[str, list[int]] = {}
        for at in np.flatnonzero(marks != "").tolist():
            meant = currencies_of(marks[at])
            if not currency[at]:
                currency[at] = base if base in meant else meant[0]
                taken.setdefault(f"{marks[at]} as {currency[at]}", []).append(at)
            elif currency[at] not in meant:
                fault = Fault(
                    "LB208",
                    f"is typed with {marks[at]} but the row's currency is {currency[at]}, so it is left out of every "
                    "total; make the two agree.",
                )
                conflicts.setdefault(fault, []).append(at)
        told = Reading(
            reading.values,
            [(np.array(places, dtype=np.int64), fault) for fault, places in conflicts.items()],
            [
                (Fault("LB208", f"gives the currency beside the amount, read {how}.", Severity.INFO), len(places))
                for how, places in taken.items()
            ],
        )
        issues += column_issues(typed, _COLUMNS[key], told)
        wrong = [at for places in conflicts.values() for at in places]
        if wrong:
            values = frame[key].to_numpy(copy=True)
            values[wrong] = np.nan
            frame[key] = values
    frame["currency"] = pd.Series(currency, index=frame.index, dtype="str")
    return issues


def add_base_amounts(leads: Typed, playbook: Playbook) -> tuple[Typed, list[Issue]]:
    """Return the leads with ``amount_base``: amount x rate of its currency, NaN where either is missing."""
    frame = leads.frame
    base = playbook.options.base_currency
    rates = {**playbook.rates, base: playbook.rates.get(base, 1.0)}
    currency = frame["currency"].where(frame["currency"] != "", base)
    rate = currency.map(rates).astype("float64")
    worth = (frame["amount"] * rate).astype("float64")
    leads = structs.replace(leads, frame=frame.assign(amount_base=worth))
    unpriced = (frame["amount"].notna() & rate.isna()).to_numpy()
    if not unpriced.any():
        return leads, []
    words = currency.to_numpy(dtype=object)
    faults = [
        (
            np.flatnonzero(unpriced & (words == word)),
            Fault(
                "LB207",
                f"is {word}, which has no rate in Settings (table Rates), so the amount is left out of every total; "
                "add the rate.",
            ),
        )
        for word in dict.fromkeys(words[unpriced].tolist())
    ]
    key = "currency" if "currency" in leads.places else "amount"
    return leads, column_issues(leads, _COLUMNS[key], Reading(worth.to_numpy(), faults))
