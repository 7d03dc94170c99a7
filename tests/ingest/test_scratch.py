import shutil, time
from pathlib import Path
from ingest import raw_tables
from ingest.batch import read_batch, load_context
from ingest.discover import discover
from warehouse.connect import connect


def test_it(settings):
    shutil.copytree("/tmp/sim2k", settings.landing, dirs_exist_ok=True)
    with connect("owner", settings=settings) as conn:
        print(raw_tables.sync(conn))
        conn.commit()
        print(raw_tables.sync(conn))
        conn.commit()
        t = time.time()
        ids = discover(conn, settings.landing, "r1", settings, load_context(settings))
        conn.commit()
        print(len(ids), time.time() - t)
    t = time.time()
    print(read_batch(ids, "r1", settings, None), time.time() - t)
    with connect("owner", settings=settings) as conn:
        print(
            conn.execute(
                "select outcome,count(*),sum(rows_accepted), sum(seconds) from ops.readings group by 1"
            ).fetchall()
        )
        for f in ("household_awards", "fund_projects"):
            print(
                conn.execute(
                    f"select count(*), sum(award_amount_yuan) from raw.{f}"
                    if f == "household_awards"
                    else f"select count(*),sum(amount_yuan) from raw.{f}"
                ).fetchall()
            )
        print(conn.execute("select rule_id,count(*) from ops.issues group by 1 order by 1").fetchall())
        print(conn.execute("select * from raw.household_awards limit 1").fetchall())
        ids = discover(conn, settings.landing, "r2", settings, load_context(settings))
        conn.commit()
        print(ids)
        print(read_batch([1, 2, 3], "r1", settings, None))
