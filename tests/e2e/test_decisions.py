"""What people decide, seen through the whole night: a submission withdrawn, a publication pinned, unpinned, published."""

from __future__ import annotations

import json

import pytest

from tests.conftest import add_airflow
from tests.e2e.conftest import FirstNight
from tests.e2e.nights import bi, current, dag_night, longcang
from warehouse.settings import Settings

BY = ("--by", "王处", "--reason", "县里来函，报错了表")
AWARDS = "select county_code, count(*), sum(award_amount_yuan) from marts.fct_household_awards group by 1 order by 1"
SPEAKING = "select count(*) from marts.fct_form_readings where form = 'household_awards' and county_code = '621121'"


@pytest.mark.ci_only
def test_a_withdrawn_ledger_is_gone_from_the_figures_once_the_pin_is_lifted(
    first_night: FirstNight, server_settings: Settings
) -> None:
    settings = first_night.settings
    add_airflow(server_settings, settings)
    first, awards = current(settings).publication_id, bi(settings, AWARDS)
    assert {row[0] for row in awards} > {"621121"} and bi(settings, SPEAKING) != [(0,)]
    sent = json.loads(longcang(settings, "history", "通渭县", "--form", "F01", "--json").stdout)
    numbers = [str(row["submission_id"]) for row in sent]
    done = longcang(settings, "rollback", str(first), "--pin", *BY)
    assert done.returncode == 0, done.stderr
    done = longcang(settings, "withdraw", *numbers, *BY)
    assert done.returncode == 0, done.stderr

    held = dag_night(settings, first_night.landing)
    assert held.status == 1, held.output
    assert bi(settings, AWARDS) == awards and current(settings).publication_id == first
    assert {str(row["submission_id"]) for row in held.report["withdrawn"]} == set(numbers)
    assert held.report["pin"]["publication_id"] == first and held.report["publication"]["state"] == "held_by_person"
    assert longcang(settings, "status").returncode == 1

    number = str(held.report["publication"]["publication_id"])
    assert longcang(settings, "publish", number).returncode == 3
    assert longcang(settings, "unpin", *BY).returncode == 0
    assert longcang(settings, "publish", number).returncode == 0
    assert bi(settings, AWARDS) == [row for row in awards if row[0] != "621121"]
    assert bi(settings, SPEAKING) == [(0,)]
