"""The templates of follow-ups: a head that says for whom, a subject and a text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.documents.drafts import LONGEST_SUBJECT
from leadbook.documents.followup_heads import read_head, words_of
from leadbook.documents.plain_text import one_line
from leadbook.documents.sandbox import TextTemplate
from leadbook.documents.template_faults import nearest_name
from leadbook.documents.template_files import find_templates
from leadbook.model.issues import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from leadbook.documents.followup_heads import Circumstances, Head
    from leadbook.documents.template_files import TemplateFile
    from leadbook.model.playbook import Playbook

PATTERN = "followup-*.txt"


class FollowUp(Struct, frozen=True):
    """One template of a follow-up, read."""

    file: TemplateFile
    head: Head
    subject: TextTemplate
    body: TextTemplate

    def fill(self, context: Mapping[str, object]) -> tuple[str, str]:
        """Return the subject, on one line, and the text for a lead.

        Raises
        ------
        InputError
            The template is wrong, or its subject or text is empty for this lead.
        """
        subject = one_line(self.subject.fill(context), LONGEST_SUBJECT)
        lines = [line.rstrip() for line in self.body.fill(context).strip().split("\n")]
        body = re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
        for text, name in ((subject, "subject"), (body, "text")):
            if not text:
                raise InputError(f"{self.file.name}: the {name} is empty; write one below the head.")
        return subject, body


def read_follow_up(file: TemplateFile) -> FollowUp:
    """Return a follow-up's template.

    Raises
    ------
    InputError
        Its head cannot be read, or there is no subject or no text below it; told with the file and the line.
    """
    text = file.read_text()
    head, taken = read_head(text, file.name)
    lines = text.split("\n")
    start = next((at for at in range(taken, len(lines)) if lines[at].strip()), len(lines))
    end = next((at for at in range(start, len(lines)) if not lines[at].strip()), len(lines))
    if start == end:
        raise InputError(f"{file.name}, line {taken}: no subject follows the head; write Subject: and its words there.")
    if not "".join(lines[end:]).strip():
        raise InputError(
            f"{file.name}, line {end}: no text follows the subject; leave a line blank and write it below."
        )
    subject = re.sub(r"^\s*subject\s*:\s*", "", "\n".join(lines[start:end]), flags=re.IGNORECASE)
    return FollowUp(
        file, head,
        TextTemplate(subject, file=file.name, first_line=start + 1),
        TextTemplate("\n".join(lines[end:]), file=file.name, first_line=end + 1),
    )  # fmt: skip


def read_follow_ups(book_folder: Path | None) -> list[FollowUp]:
    """Return every follow-up's template, the team's own and the shipped ones, the most specific first.

    Raises
    ------
    InputError
        One of them cannot be read.
    """
    read = [read_follow_up(file) for file in find_templates(book_folder, PATTERN).values()]
    return sorted(read, key=_order)


def choose(templates: Sequence[FollowUp], lead: Circumstances) -> FollowUp | None:
    """Return the first template that fits a lead, None where none does.

    Notes
    -----
    In the order of `read_follow_ups` that is the most specific one: it asks for the most; of those that ask for as
    much, it allows the fewest days of silence; of those, it is the team's own; of those, it comes first by name.
    """
    return next((template for template in templates if template.head.fits(lead)), None)


def doubt_stages(templates: Sequence[FollowUp], playbook: Playbook) -> list[str]:
    """Return a sentence for each stage that a template of the team's own is for and that Settings does not have.

    The shipped ones name leadbook's own stages, which a team may have put others in the place of.
    """
    known = {word for stage in playbook.stages for word in words_of(stage)} | words_of(None)
    told = []
    for template in templates:
        for word in template.head.stages if template.file.own else ():
            if word not in known:
                near = nearest_name(word, [stage.name for stage in playbook.stages])
                told.append(
                    f'{template.file.name} is for the stage "{word}", which Settings does not have'
                    + (f"; did you mean {near}?" if near else ".")
                )
    return told


def _order(template: FollowUp) -> tuple[int, int, bool, str]:
    head = template.head
    return -head.lines, head.width, not template.file.own, template.file.name.casefold()
