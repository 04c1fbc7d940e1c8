"""What rows share that belong together without being one: colleagues, a family, neighbours, a brand's articles."""

from __future__ import annotations

_PLACE = frozenset({"phone", "number", "street", "street2", "city", "postcode", "region"})
# What rows share that belong together without being one; of what both must say something to be told apart; and
# what is more alike than between strangers: shops in one house often carry its name.
RELATED: tuple[tuple[str, frozenset[str], frozenset[str], dict[str, tuple[float, ...]]], ...] = (
    ("colleagues", _PLACE | {"company", "website", "email"}, frozenset({"given", "surname", "email"}), {}),
    ("families", _PLACE | {"surname"}, frozenset({"given", "email", "date"}), {}),
    ("neighbours", _PLACE, frozenset({"company", "given", "surname"}), {"company": (0.002, 0.003, 0.025, 0.15, 0.82)}),
    ("articles of one kind", frozenset({"company", "website"}), frozenset({"mark"}), {}),
)

# Kinds of column that may hold what is the person's, or what is the household's or firm's.
EITHER = frozenset({"text", "figure", "choice", "code"})
