"""Voices across reports: listing, merging, splitting, and the audit trail.

Every voice keeps the key it has by its own name; merging only points it at another (`merged_into`), so that
a later report with the same name follows, and splitting takes the pointer away. A namesake in one report is
told apart by a choice for that report.
"""

from __future__ import annotations

import difflib
import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, text

from onrecord.errors import UsageError
from onrecord.ledger import counting, dialects, facts, reports
from onrecord.ledger.identity import normalised_name, storable
from onrecord.ledger.lists import rows_in
from onrecord.ledger.placing import MOST_NAME_WORDS, Numbers
from onrecord.ledger.records import Signature, VoiceChange, VoiceEntry
from onrecord.model import VoiceKind

_MOST_ROLES = 6


def voices(
    connection: Connection, name: str | None, kind: VoiceKind | None, limit: int | None
) -> tuple[VoiceEntry, ...]:
    """The voices with their counts, those with most statements first."""
    conditions = ["merged_into IS NULL AND reports > 0"]
    values: dict[str, Any] = {"limit": 2**62 if limit is None else limit}
    if name:
        conditions.append("id IN :ids")
        values["ids"] = sorted(counting.roots(connection, matching(connection, name)))
    if kind:
        conditions.append("kind = :kind")
        values["kind"] = kind
    query = text(
        "SELECT id, name, kind, statements, reports, first_seen, last_seen FROM ledger_voices "
        f"WHERE {' AND '.join(conditions)} ORDER BY statements DESC, reports DESC, name, id LIMIT :limit"
    )
    if name:
        query = query.bindparams(bindparam("ids", expanding=True))
    rows = connection.execute(query, values).all()
    ids = [row.id for row in rows]
    roles, also = _roles(connection, ids), _also(connection, ids)
    return tuple(
        VoiceEntry(
            row.id,
            row.name,
            row.kind,
            roles.get(row.id, ()),
            row.statements,
            row.reports,
            row.first_seen,
            row.last_seen,
            also.get(row.id, ()),
        )
        for row in rows
    )


def merge(connection: Connection, voice: str, into: str, signed: Signature) -> VoiceEntry:
    """Point `voice`, and all that was merged into it, at `into`."""
    gone, stays = one(connection, voice), one(connection, into)
    if gone.id == stays.id:
        raise UsageError(
            f"{gone.name!r} and {stays.name!r} are one voice already; there is nothing to merge."
        )
    connection.execute(
        text("UPDATE ledger_voices SET merged_into = :stays WHERE id = :gone OR merged_into = :gone"),
        {"stays": stays.id, "gone": gone.id},
    )
    counting.recount(connection, [gone.id])
    _log(connection, signed, "merge", (gone.name, stays.name, None))
    return entry(connection, stays.id)


def split(connection: Connection, voice: str, report: str | None, signed: Signature) -> VoiceEntry:
    """Take a merged voice out again, or tell the namesake in one report apart."""
    if report is not None:
        return _split_in(connection, voice, reports.key_of(connection, report), signed)
    merged = [row for row in _named(connection, voice) if row.merged_into is not None]
    if not merged:
        name = one(connection, voice).name
        raise UsageError(
            f"{name!r} is not merged into another voice. To tell namesakes apart, name the report with --report."
        )
    if len(merged) > 1:
        raise UsageError(_several(voice, merged))
    gone = merged[0]
    other = _by_id(connection, gone.merged_into)
    connection.execute(text("UPDATE ledger_voices SET merged_into = NULL WHERE id = :id"), {"id": gone.id})
    counting.recount(connection, [gone.id, other.id])
    _log(connection, signed, "split", (gone.name, other.name, None))
    return entry(connection, gone.id)


def _split_in(connection: Connection, voice: str, key: str, signed: Signature) -> VoiceEntry:
    query = (
        "SELECT DISTINCT p.ledger_voice, l.voice_key, l.name, l.plain_name, l.kind, r.id AS report "
        "FROM report_voices p "
        "JOIN versions v ON v.id = p.version JOIN reports r ON r.id = v.report "
        "JOIN ledger_voices l ON l.id = p.ledger_voice "
        "WHERE r.report_key = :key AND p.ledger_voice IN :keys"
    )
    found = list(rows_in(connection, query, matching(connection, voice), key=key))
    if len(found) != 1:
        what = "does not speak" if not found else "names several voices"
        raise UsageError(f"{voice!r} {what} in report {key}. See its voices with: onrecord show LEDGER {key}")
    old = found[0]
    own_key = f"{old.voice_key}@{key}" if f"@{key}" not in old.voice_key else f"{old.voice_key}'"
    row = {
        "id": Numbers(connection).of("ledger_voices"),
        "voice_key": own_key,
        "name": old.name,
        "plain_name": old.plain_name,
        "kind": old.kind,
        "is_local": 1,
    }
    known = connection.execute(
        text("SELECT id FROM ledger_voices WHERE voice_key = :k"), {"k": own_key}
    ).scalar()
    if known is None:
        dialects.of(connection).insert(connection, "ledger_voices", [row])
    made = row["id"] if known is None else known
    choose(connection, old.report, old.voice_key, old.ledger_voice, made)
    _log(connection, signed, "split", (old.name, old.name, key))
    return entry(connection, made)


def choose(connection: Connection, report: int, key: str, old: int, new: int) -> None:
    """Say which voice of the ledger a voice of a report is, whatever its name; its rows follow."""
    values = {"report": report, "key": key, "old": old, "new": new}
    connection.execute(
        text(
            "INSERT INTO voice_choices (report, voice_key, ledger_voice) VALUES (:report, :key, :new) "
            "ON CONFLICT (report, voice_key) DO UPDATE SET ledger_voice = :new"
        ),
        values,
    )
    here = "ledger_voice = :old AND version IN (SELECT id FROM versions WHERE report = :report)"
    chosen = here.replace(":old", str(int(old))).replace(":report", str(int(report)))
    dialects.of(connection).change_fact(connection, (facts.voice(old), facts.voice(new)), chosen)
    for name in ("report_voices", "attributions"):
        connection.execute(text(f"UPDATE {name} SET ledger_voice = :new WHERE {here}"), values)
    counting.recount(connection, [old, new])


def changes(connection: Connection) -> tuple[VoiceChange, ...]:
    """The audit trail, oldest first."""
    rows = connection.execute(text("SELECT * FROM voice_log ORDER BY id"))
    return tuple(
        VoiceChange(row.at, row.by_whom, row.action, row.voice, row.other, row.report, row.note)
        for row in rows
    )


def one(connection: Connection, name: str) -> Row[tuple[int, str]]:
    """The one voice that stands for a name. Raises UsageError if there is none or more than one."""
    found = [_by_id(connection, i) for i in sorted(counting.roots(connection, matching(connection, name)))]
    if len(found) > 1:
        raise UsageError(_several(name, found))
    return found[0]


def matching(connection: Connection, name: str, *, most: int | None = None) -> list[int]:
    """Ids of all voices, merged ones too, that a name means: `#12`, a whole name, or words of one.

    At most so many and those merged with them. Raises UsageError, with what was meant perhaps, if there is none.
    """
    rows = _named(connection, name, most)
    query = "SELECT id FROM ledger_voices WHERE id IN :keys OR merged_into IN :keys"
    return sorted({row.id for row in rows_in(connection, query, (row.merged_into or row.id for row in rows))})


def merged(connection: Connection, ids: Sequence[int]) -> list[int]:
    """Those of these voices that stand for several, or were merged into another."""
    query = (
        "SELECT id FROM ledger_voices o WHERE id IN :keys AND (merged_into IS NOT NULL "
        "OR EXISTS (SELECT 1 FROM ledger_voices m WHERE m.merged_into = o.id))"
    )
    return [row.id for row in rows_in(connection, query, ids)]


def _named(connection: Connection, name: str, most: int | None = None) -> Sequence[Row[tuple[int, str]]]:
    """The voices that bear the name themselves: those of the whole name, else those with all its words."""
    name = storable(name).strip()
    wanted = normalised_name(name, "person")
    number = name[1:20]
    if name.startswith("#") and number.isascii() and number.isdigit():
        found = _where(connection, "id = :number", number=min(int(number), 2**62))
    else:
        found = _where(connection, "plain_name = :wanted", most, wanted=wanted) if wanted else []
    if not found and wanted:
        # Normalised names are words between single blanks, so a blank on both sides finds whole words.
        parts = list(dict.fromkeys(wanted.split()[:MOST_NAME_WORDS]))
        condition, values = dialects.of(connection).names_with(parts)
        words = {f"word{n}": f"% {_plain(part)} %" for n, part in enumerate(parts)}
        conditions = [condition, *(f"' ' || plain_name || ' ' LIKE :{key} ESCAPE '\\'" for key in words)]
        found = _where(connection, " AND ".join(conditions), most, **words, **values)
    if not found:
        names = connection.execute(
            text("SELECT name FROM ledger_voices ORDER BY id DESC LIMIT 5000")
        ).scalars()
        raise UsageError(f"The ledger has no voice {name!r}.{_perhaps(name, list(names))}")
    return found


def _plain(part: str) -> str:
    return part.replace("_", r"\_")


def _where(
    connection: Connection, condition: str, most: int | None = None, **values: str | int
) -> Sequence[Row[tuple[int, str]]]:
    return connection.execute(
        text(
            "SELECT id, name, kind, voice_key, merged_into FROM ledger_voices "
            f"WHERE {condition} ORDER BY id LIMIT :most"
        ),
        {**values, "most": 2**62 if most is None else most},
    ).all()


def _perhaps(name: str, names: Sequence[str]) -> str:
    lower = {known.lower(): known for known in names}
    close = difflib.get_close_matches(name.lower(), lower, n=3, cutoff=0.6)
    if close:
        return f" Did you mean {' or '.join(repr(lower[label]) for label in close)}?"
    return " List the voices with: onrecord voices LEDGER"


def _several(name: str, rows: Sequence[Row[tuple[int, str]]]) -> str:
    shown = ", ".join(f"#{row.id} {row.name} ({row.kind})" for row in rows[:6])
    return f"{name!r} names several voices: {shown}. Give the number, in quotes, e.g. '#{rows[0].id}'."


def _by_id(connection: Connection, voice: int) -> Row[tuple[int, str]]:
    return _where(connection, "id = :number", number=voice)[0]


def entry(connection: Connection, voice: int) -> VoiceEntry:
    """One voice by its number."""
    listed = voices(connection, f"#{voice}", None, 1)
    if listed:
        return listed[0]
    row = _by_id(connection, voice)  # no current version has it
    return VoiceEntry(row.id, row.name, row.kind, (), 0, 0, None, None)


def _roles(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The roles of voices in current versions, the most frequent first."""
    counted: dict[int, Counter[str]] = defaultdict(Counter)
    query = (
        "SELECT COALESCE(l.merged_into, l.id) AS id, p.roles, COUNT(*) AS number FROM ledger_voices l "
        "JOIN report_voices p ON p.ledger_voice = l.id "
        "WHERE p.roles <> '[]' AND p.version NOT IN (SELECT id FROM versions WHERE is_current = 0) "
        "AND (l.id IN :keys OR l.merged_into IN :keys) GROUP BY 1, 2 ORDER BY 1, MIN(p.version), 2"
    )
    for row in rows_in(connection, query, ids):
        for role in json.loads(row.roles):
            counted[row.id][role] += row.number
    return {i: tuple(role for role, _ in roles.most_common(_MOST_ROLES)) for i, roles in counted.items()}


def _also(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    query = "SELECT merged_into AS root, name FROM ledger_voices WHERE merged_into IN :keys ORDER BY id"
    names: dict[int, tuple[str, ...]] = defaultdict(tuple)
    for row in rows_in(connection, query, ids):
        names[row.root] += (row.name,)
    return names


def _log(connection: Connection, signed: Signature, action: str, what: tuple[str, str, str | None]) -> None:
    voice, other, report = what
    row = {"action": action, "voice": voice, "other": other, "report": report}
    connection.execute(
        text(
            "INSERT INTO voice_log (at, by_whom, action, voice, other, report, note) "
            "VALUES (:at, :by_whom, :action, :voice, :other, :report, :note)"
        ),
        row | {"at": signed.at, "by_whom": storable(signed.by), "note": storable(signed.note)},
    )
