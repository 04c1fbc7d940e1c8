"""The words by which people say that a number is rough: ``ca. 250``, ``~50k``, ``about 1,200``."""

from __future__ import annotations

import re

# In English, German, French, Spanish and Dutch; a pattern, in small letters.
ABOUT = (
    r"(?:~|\u2248|\u00b1|\+/-|about|around|roughly|approx(?:imately)?\.?|circa|ca?\.|ca|rund|etwa|ungef\u00e4hr|gut|knapp|"
    r"env\.?|environ|aprox(?:imadamente)?\.?|unos|unas|alrededor de|cerca de|ongeveer)"
)


def without_about(text: str) -> str | None:
    """Return the text after a word for "about", None where it does not begin with one.

    Parameters
    ----------
    text : str
        Made ``plain`` already.
    """
    found = re.match(rf"(?i:{ABOUT})\s*(?=[^\sa-z])", text.strip())
    return text.strip()[found.end() :] if found else None
