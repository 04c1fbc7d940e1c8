"""What is worked out once for a table that was read, and kept with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leadbook.analysis.touches import code_ids

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import numpy.typing as npt

    from leadbook.model.records import Typed


def keep(table: Typed, name: str, work_out: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever is worked out
    """Return what a table holds under a name, worked out at the first call.

    Notes
    -----
    It is kept in the object's own ``__dict__``, as ``functools.cached_property`` does it: it lives as long as the
    table, ``structs.replace`` starts afresh, and equality looks at the fields alone. A table that was read is
    never changed, only replaced, so what is kept stays true.
    """
    held = vars(table)
    if name not in held:
        held[name] = work_out()
    return held[name]


def folded_ids(table: Typed) -> npt.NDArray[np.object_]:
    """Return the lead id of each row as it is compared, "" where blank; not to be changed by the caller."""

    def spread() -> npt.NDArray[np.object_]:
        codes, names = coded_ids(table)
        return names[codes]

    found: npt.NDArray[np.object_] = keep(table, "_folded_ids", spread)
    return found


def coded_ids(table: Typed) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.object_]]:
    """Return for each row the place of its folded lead id, and the folded ids; not to be changed by the caller."""
    found: tuple[npt.NDArray[np.intp], npt.NDArray[np.object_]] = keep(table, "_coded_ids", lambda: code_ids(table))
    return found
