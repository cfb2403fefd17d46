"""Turns the ids that records refer to into primary keys of rows of the same person."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from domain.archive.declaring import Entity, Part, Reference
from domain.archive.drafting import Draft
from domain.archive.opening import within
from domain.archive.restored import Restored
from domain.archive.standing import Standing
from domain.base.findings import Finding

LEFT_OUT = "left_out"
# Of each part, what an object may have once.
_ONCE = ("question", "tag", "study_list")


@dataclass(frozen=True, slots=True)
class Linking:
    """Links objects of a file to what the person has and to what the file brings."""

    standing: Standing
    restored: Restored

    def link(self, of: Entity | Part, drafts: Sequence[Draft]) -> list[tuple[Draft, Finding]]:
        """Set the references of some drafts; what refers to something that is left out loses the
        reference, if it can be without.

        Returns:
            The drafts that cannot be stored, each with its fault: ``unknown_id``, or ``left_out``
            if it hangs on a broken object.
        """
        unlinked: list[tuple[Draft, Finding]] = []
        for reference in of.references:
            column, entity = reference.column, reference.entity
            self.standing.look_up(entity, (draft.named[column] for draft in drafts))
            keys = self.standing.keys[entity]
            is_needed = not of.model._meta.get_field(column).null
            for draft in drafts:
                uid = draft.named[column]
                if uid in keys:
                    setattr(draft.row, f"{column}_id", keys[uid])
                elif uid is not None:
                    unlinked += self._dangling(draft, reference, is_needed=is_needed)
        return unlinked

    def link_parts(self, entity: Entity, drafts: Sequence[Draft]) -> list[tuple[Draft, Finding]]:
        """Link the parts of some drafts; those that hang on broken objects are left out.

        Returns:
            The drafts with a part that refers to nothing at all, each with its fault.
        """
        broken: list[tuple[Draft, Finding]] = []
        for part in (part for part in entity.parts if part.references):
            pieces = [piece for draft in drafts for piece in draft.parts[part.key]]
            faults = {id(piece): fault for piece, fault in self.link(part, pieces)}
            for draft in drafts:
                linked = []
                for piece in draft.parts[part.key]:
                    if (fault := faults.get(id(piece))) is None:
                        linked.append(piece)
                    elif fault.code == LEFT_OUT:
                        self.restored.note(fault.code, fault.position, fault.text)
                    else:
                        broken.append((draft, fault))
                draft.parts[part.key] = self._distinct(part, linked)
        return broken

    def _dangling(
        self, draft: Draft, reference: Reference, *, is_needed: bool
    ) -> list[tuple[Draft, Finding]]:
        position = _place(draft, reference.key)
        what = reference.entity.value.lower().replace("_", " ")
        if draft.named[reference.column] not in self.standing.left_out[reference.entity]:
            text = f"There is no {what} with this id, neither in the file nor among yours."
            return [(draft, Finding("unknown_id", position, text))]
        fault = Finding(LEFT_OUT, position, f"The {what} that this refers to is left out.")
        if is_needed:
            return [(draft, fault)]
        self.restored.note(fault.code, fault.position, fault.text)
        return []

    def _distinct(self, part: Part, pieces: list[Draft]) -> list[Draft]:
        """Two objects of the file may be one of the person's: then one link is enough."""
        once = [it.column for it in part.references if it.column in _ONCE]
        seen: set[Any] = set()
        kept = []
        for piece in pieces:
            key = tuple(getattr(piece.row, f"{column}_id") for column in once)
            if once and key in seen:
                text = "Two of these are one and the same of yours: one of them is left out."
                self.restored.note("stands_twice", piece.position, text)
                continue
            seen.add(key)
            kept.append(piece)
        return kept


def _place(draft: Draft, key: str) -> str:
    """Where the id stands: what is written as nothing but an id is at its own place."""
    return draft.position if isinstance(draft.record, str) else within(draft.position, key)
