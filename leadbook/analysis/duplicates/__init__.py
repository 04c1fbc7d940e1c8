"""Rows that look like the same lead: normalise, block, compare, weigh, cluster.

``rows``, ``fields`` and ``vocabulary`` hold what is compared; ``normalise`` makes it plain (``marks`` finds the model
numbers of articles, ``nicknames`` knows the short forms of first names); ``roles`` tells what the columns of any table
hold. ``blocking`` and ``hope`` choose the pairs, by the ``keys`` that ``key_choice`` takes. ``compare`` says how well
each agrees, thing by thing: ``people``, ``contacts``, ``titles`` and ``figures``, by their ``spelling``; ``levels``
names the outcomes. ``learn`` takes from the table itself how much an outcome says, ``weigh`` adds it up (``belonging``
says what colleagues and families share). ``clusters`` makes groups of pairs, ``reasons`` puts it in words,
``bridges`` names the row by which two are one.

Why own code and not a kept library: pairwise F1 after clustering, on published lists with true pairs. Splink was
given its stock comparisons with term frequencies, EM, and blocking rules written for each list; what others have
reported for it stands below. Here nothing is set for a list.

===================  ======  ======  =========  ==========
                     febrl1  febrl3  fake_1000  restaurant
===================  ======  ======  =========  ==========
splink 5.0, tried    0.983   0.977   0.882      0.704
splink 5.0, told     0.984   0.958   0.684      0.923
here                 0.997   0.999   0.957      0.981
===================  ======  ======  =========  ==========

Splink wants comparisons and blocking chosen by hand for each table, knows only duplicates and strangers (so that
a family or a switchboard looks like one person), and brings DuckDB and pyarrow, which are large and slow to start.
String similarities are rapidfuzz's.
"""

from __future__ import annotations

from leadbook.analysis.duplicates.leads import find_duplicates
from leadbook.analysis.duplicates.match import match_rows

__all__ = ["find_duplicates", "match_rows"]
