"""What was changed in the console of the facts in clinic.yml, and the replies that staff keep ready."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from bot.errors import MesoGuideError
from bot.people import CannedReply, Staff
from bot.privacy.tokens import new_id
from bot.store.audit import write_audit
from bot.store.base import Base
from bot.store.staff_tables import canned_replies, clinic_settings

UNDO_FOR = timedelta(minutes=5)
"""The page offers it for a minute; whoever reads slowly still gets it."""


class ChangedMeanwhile(MesoGuideError):
    """Somebody else has changed the same `names` since they were read. Nothing was written."""

    def __init__(self, names: Collection[str]) -> None:
        super().__init__("Somebody else has changed this meanwhile.")
        self.names = tuple(sorted(names))


@dataclass(frozen=True)
class Change:
    """A fact that no longer comes from clinic.yml: its value as JSON has it, since when, and by whose id."""

    value: Any
    at: datetime
    by: str


class OfficeSettings(Base):
    """Changed facts of the clinic. Whether a value makes sense is `bot.office`'s to know."""

    def clinic_changes(self) -> dict[str, Change]:
        """Every changed fact by its name in clinic.yml."""
        with self._read() as connection:
            rows = connection.execute(select(clinic_settings)).all()
        return {row.name: Change(json.loads(row.value), row.changed_at, row.changed_by) for row in rows}

    def clinic_stamp(self) -> tuple[int, datetime | None]:
        """Another one after every change: how many facts are changed, and when the last one was."""
        query = select(func.count().label("n"), func.max(clinic_settings.c.changed_at).label("at"))
        with self._read() as connection:
            row = connection.execute(query.select_from(clinic_settings)).one()
        return row.n, row.at

    def change_clinic(
        self,
        values: Mapping[str, Any],
        *,
        reset: Collection[str] = (),
        seen: Mapping[str, datetime | None],
        by: Staff,
        now: datetime,
    ) -> None:
        """Write `values`, and let those of `reset` come from clinic.yml again; all or nothing.

        `seen` has, for each of them, when it was last changed as far as `by` knows; None for never. Raises
        ChangedMeanwhile when that isn't so any more.
        """
        names = [*values, *reset]
        query = select(clinic_settings).where(clinic_settings.c.name.in_(names)).with_for_update()
        try:
            with self._write() as connection:
                present = {row.name: row.changed_at for row in connection.execute(query).all()}
                if stale := {name for name in names if present.get(name) != seen.get(name)}:
                    raise ChangedMeanwhile(stale)
                # Only what was read and locked: a row that came since is another's, and stops the insert.
                connection.execute(delete(clinic_settings).where(clinic_settings.c.name.in_(list(present))))
                about = {"changed_at": now, "changed_by": by.id}
                rows = [{"name": name, "value": json.dumps(value), **about} for name, value in values.items()]
                if rows:
                    connection.execute(insert(clinic_settings), rows)
                for name in names:
                    act = "setting_reset" if name in reset else "setting_changed"
                    write_audit(connection, act, by=by, detail=name, now=now)
        except IntegrityError:
            # Two wrote the same one for the first time, in the same moment.
            raise ChangedMeanwhile(names) from None


class CannedReplies(Base):
    """Replies that staff keep ready. They are the clinic's words, so they are neither sealed nor erased."""

    def canned_replies(self) -> list[CannedReply]:
        """All of them by title. Their texts may hold the clinic's placeholders and `{staff_name}`."""
        query = select(canned_replies).where(canned_replies.c.deleted_at.is_(None))
        with self._read() as connection:
            rows = connection.execute(query.order_by(func.lower(canned_replies.c.title), canned_replies.c.id)).all()
        return [CannedReply(row.id, row.title, row.text) for row in rows]

    def ship_canned_replies(self, shipped: Sequence[tuple[str, str]], *, now: datetime) -> None:
        """Keep these first titles and texts, where there has never been any."""
        with self._write() as connection:
            if connection.execute(select(func.count()).select_from(canned_replies)).scalar_one():
                return
            for title, text in shipped:
                _insert_reply(connection, title, text, by="", now=now)

    def add_canned_reply(self, title: str, text: str, *, by: Staff, now: datetime) -> str:
        """Its id."""
        with self._write() as connection:
            reply_id = _insert_reply(connection, title, text, by=by.id, now=now)
            write_audit(connection, "canned_reply_added", by=by, detail=title, now=now)
        return reply_id

    def change_canned_reply(self, reply_id: str, title: str, text: str, *, by: Staff, now: datetime) -> bool:
        """False when it isn't there any more."""
        return self._change(
            reply_id, "canned_reply_changed", {"title": title, "text": text, "changed_at": now}, by=by, now=now
        )

    def delete_canned_reply(self, reply_id: str, *, by: Staff, now: datetime) -> bool:
        """False when it isn't there any more. For a few minutes it can be brought back."""
        return self._change(reply_id, "canned_reply_deleted", {"deleted_at": now}, by=by, now=now)

    def restore_canned_reply(self, reply_id: str, *, by: Staff, now: datetime) -> bool:
        """Take a deletion back; False when that was too long ago."""
        recent = canned_replies.c.deleted_at > now - UNDO_FOR
        return self._change(reply_id, "canned_reply_restored", {"deleted_at": None}, by=by, now=now, where=recent)

    def _change(
        self, reply_id: str, act: str, values: Mapping[str, Any], *, by: Staff, now: datetime, where: Any = None
    ) -> bool:
        expected = canned_replies.c.deleted_at.is_(None) if where is None else where
        change = update(canned_replies).where(canned_replies.c.id == reply_id, expected)
        with self._write() as connection:
            if connection.execute(change.values(changed_by=by.id, **values)).rowcount != 1:
                return False
            write_audit(connection, act, by=by, detail=reply_id, now=now)
        return True


def _insert_reply(connection: Connection, title: str, text: str, *, by: str, now: datetime) -> str:
    row = {"id": new_id(), "title": title, "text": text, "changed_at": now, "changed_by": by}
    connection.execute(insert(canned_replies).values(**row))
    return row["id"]  # type: ignore[return-value]  # of a mixed dictionary, whose id is text
