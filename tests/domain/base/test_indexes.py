"""Indexes that only PostgreSQL has find what they are for."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db
RANGE = 128  # pages that a block range index tells apart


@pytest.mark.parametrize("index", ["questionlog_created_at", "job_finished_at"])
def test_a_day_is_found_by_its_pages_though_new_rows_took_the_room_of_purged_ones(index):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no such index")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_indexdef(to_regclass(%s))", [index])
        definition = cursor.fetchone()[0]
        column = definition.partition("(")[2].split()[0].strip(")")
        cursor.execute(f"CREATE TEMPORARY TABLE aged ({column} timestamptz, filler char(200))")
        # A thousand rows a day for a hundred days; each 500th was purged, and a new one is there.
        cursor.execute(
            """INSERT INTO aged SELECT CASE WHEN n % 500 = 0
                 THEN timestamptz '2026-03-02 09:30Z' + n * interval '1 second'
                 ELSE timestamptz '2025-01-01 00:00Z' + n * interval '86.4 seconds' END, ''
               FROM generate_series(0, 99999) n"""
        )
        cursor.execute(
            f"CREATE INDEX aged_index ON aged USING {definition.partition(' USING ')[2]}"
        )
        cursor.execute("ANALYZE aged")
        cursor.execute("SET LOCAL enable_seqscan = off")
        days = f"{column} >= '2025-02-20 00:00Z' AND {column} < '2025-02-21 00:00Z'"
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) SELECT * FROM aged WHERE {days}")  # noqa: S608
        (plan,) = cursor.fetchone()[0]

    assert plan["Plan"]["Actual Rows"] == 998
    assert 0 < plan["Plan"]["Lossy Heap Blocks"] <= 2 * RANGE
