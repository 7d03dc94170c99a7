"""Which reading speaks for which part of each form, county and period: the choice that a publication is made of."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import psycopg

Connection = psycopg.Connection[Any]

# Of each submission that is not withdrawn the reading that came into force last and that the gate does not hold, of each
# part the newest submission. The gate holds what this publication's own passes held, and what earlier nights held under
# the gate that it is formed under, unless a submission of that county and form was withdrawn, or reinstated, since.
# The latest period is the one that stands for the latest day: what a snapshot states itself, else its period's last, else,
# where its title names a year only, the day on which it was received, within that year.
PARTS = """
    create temp table fresh_parts on commit drop as
    with readings as (
        select distinct on (f.submission_id) r.*
        from ops.readings_in_force f join ops.readings r using (reading_id)
        where f.since <= %(known_until)s
          and not exists (
              select from ops.withdrawals w
              where w.submission_id = f.submission_id and w.since <= %(known_until)s
                and (w.until is null or w.until > %(known_until)s))
          and not exists (
              select from ops.gate_holds h
              where h.reading_id = f.reading_id
                and (h.publication_id = %(publication_id)s
                     or (h.gate_digest = %(gate_digest)s and exists (select from ops.publications p
                         where p.publication_id = h.publication_id and p.kind = 'nightly'
                           and p.known_until <= %(known_until)s
                           and not ops.choice_changed(r.form, r.county_code, p.known_until, %(known_until)s)))))
        order by f.submission_id, f.change_no desc
    ),
    ranked as (
        select r.form, r.county_code, r.period, r.period_end, rp.part_code, r.reading_id, r.submission_id,
               greatest(r.period_start, least(
                   coalesce(r.snapshot_day, case when r.period ~ '^[0-9]{4}$'
                       then (s.received_at at time zone 'Asia/Shanghai')::date else r.period_end end),
                   make_date(extract(year from r.period_end)::int, 12, 31))) as snapshot_day,
               row_number() over (partition by r.form, r.county_code, r.period, rp.part_code
                                  order by r.submission_id desc) as newest
        from readings r join ops.reading_parts rp using (reading_id) join ops.submissions s using (submission_id)
        where r.outcome in ('loaded', 'partly')
    )
    select form, county_code, period, period_end, snapshot_day, part_code, reading_id,
           row_number() over (partition by form, county_code, part_code
                              order by snapshot_day desc, submission_id desc) = 1 as is_latest_period
    from ranked where newest = 1
"""


def choose(conn: Connection, known_until: datetime, gate_digest: str, publication_id: int | None) -> None:
    """Put the parts as known at an instant into the temporary table ``fresh_parts``, which lasts as long as the
    transaction.

    Args:
        gate_digest: of the gate whose earlier holds count.
        publication_id: the publication whose own holds count; None before it has a number.
    """
    conn.execute(PARTS, {"known_until": known_until, "gate_digest": gate_digest, "publication_id": publication_id})


def are_those_of(conn: Connection, publication_id: int, known_until: datetime) -> bool:
    """Whether ``fresh_parts`` are those of a publication, and since its cut no other reading has come into force, and no
    submission was withdrawn or reinstated."""
    row = conn.execute(
        """
        select not exists (
            (select form, county_code, period, part_code, reading_id, is_latest_period from fresh_parts
             except select form, county_code, period, part_code, reading_id, is_latest_period from ops.publication_parts
                    where publication_id = %(id)s)
            union all
            (select form, county_code, period, part_code, reading_id, is_latest_period from ops.publication_parts
             where publication_id = %(id)s
             except select form, county_code, period, part_code, reading_id, is_latest_period from fresh_parts))
        and not exists (select from ops.readings_in_force f join ops.readings r using (reading_id)
                        where f.since > %(known)s and r.outcome <> 'unchanged')
        and not exists (select from ops.decisions where kind in ('withdraw', 'reinstate') and decided_at > %(known)s)
        """,
        {"id": publication_id, "known": known_until},
    ).fetchone()
    return bool(row and row[0])
