"""Rows that look like the same lead: normalise, block, compare, weigh, cluster.

``rows``, ``fields`` and ``vocabulary`` hold what is compared; ``normalise`` makes it plain (``phones`` gives numbers
their country code, ``marks`` finds the model numbers of articles, ``nicknames`` knows the short forms of first names);
``roles`` tells what the columns of any table hold, ``headings`` what their headers say. ``blocking`` and ``hope``
choose the pairs, by the ``keys`` that ``key_choice`` takes. ``compare`` says how well each agrees, thing by thing:
``people``, ``contacts``, ``titles`` and ``figures``, by their ``spelling``; ``levels`` names the outcomes. ``learn``
takes from the table itself how much an outcome says, ``weigh`` adds it up (``belonging`` says what colleagues and
families share, ``doubts`` whom a row without a name could be). ``clusters`` makes groups of pairs, ``reasons`` puts it
in words, ``bridges`` names the row by which two are one, or are two.

Why own code and not a kept library: pairwise F1 after clustering, on published lists with true pairs. Splink was
given its stock comparisons with term frequencies, EM, and blocking rules written for each list; what others have
reported for it, for a plain blocker scored by rapidfuzz, and for dedupe stands below. Here nothing is set for a list.

===================  ======  ======  =========  ==========
                     febrl1  febrl3  fake_1000  restaurant
===================  ======  ======  =========  ==========
splink 5.0, tried    0.983   0.977   0.882      0.704
splink 5.0, told     0.984   0.958   0.684      0.923
rapidfuzz, told      0.904   0.839   0.812      0.952
dedupe, told         -       -       0.873      0.923
here                 0.997   0.999   0.957      0.982
===================  ======  ======  =========  ==========

Phones in E.164 instead of by their last nine digits, on twelve made-up lists of one to three countries with and
without a column of countries: mean F1 0.9974 against 0.9973, the published lists unchanged. It is kept because two
numbers of one country that differ in the area code only are no longer one.

Splink wants comparisons and blocking chosen by hand for each table, knows only duplicates and strangers (so that
a family or a switchboard looks like one person), and brings DuckDB and pyarrow, which are large and slow to start.
String similarities are rapidfuzz's, numbering plans phonenumbers'.
"""

from __future__ import annotations

from leadbook.analysis.duplicates.leads import find_duplicates
from leadbook.analysis.duplicates.match import match_rows

__all__ = ["find_duplicates", "match_rows"]
