"""The database's disk fills while a night writes: one sentence, and with room again the rows of an undisturbed night."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.disks import MB, fill, small_disk
from tests.e2e.conftest import Undisturbed
from tests.e2e.kills import WAIT_SECONDS, own_stack, published, run_again, said, start, wait_for
from warehouse import services, setup


@pytest.mark.ci_only
def test_a_night_on_a_database_whose_disk_is_full(undisturbed: Undisturbed, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "900m") as disk:
        settings = own_stack(tmp_path).with_changes(server_home=disk / "server")
        setup.ensure_database(settings)
        try:
            run = start(settings, undisturbed.landing)
            assert wait_for(settings, "build core", run) is not None
            ballast = fill(disk, MB)
            status = run.wait(2 * WAIT_SECONDS)
            out, err = said(settings)
            assert status == 3, out + err
            assert err.count("\n") == 1 and err.startswith("longcang: ") and "disk of" in err, err
            assert "(log: " in err and "run again" in err
            assert "本次没有新的报表。" not in out and "没有新内容" not in out
            ballast.unlink()
            run_again(settings, undisturbed.landing)
            assert published(settings) == undisturbed.rows
        finally:
            services.down(settings, say=lambda text: None)
