"""Whether all is well, in one number and one sentence: what `longcang status` ends with."""

from __future__ import annotations

from dataclasses import dataclass

from warehouse import decided, publications, runs, services
from warehouse.connect import connect
from warehouse.errors import DatabaseError
from warehouse.settings import Settings

WELL, HELD, FAULT = 0, 1, 3


@dataclass(frozen=True)
class State:
    """0 all is well, 1 the newest publication was held (by the gate, or since a person moved the pointer) or the current
    one is pinned, 3 something is down or failed; `text` says what."""

    status: int
    text: str


def judge(settings: Settings) -> State:
    """The state of the whole: the services that were started, the newest night, what is published."""
    broken = services.broken(settings)
    try:
        with connect("owner", settings=settings) as conn:
            if conn.execute("select to_regclass('ops.pointer')").fetchone() == (None,):
                return State(FAULT, "; ".join([*broken, "nothing is published yet"]))
            published, run, pinned = publications.current(conn), runs.newest(conn), decided.pin_now(conn)
    except DatabaseError:
        todo = "`longcang up` starts it" if settings.is_embedded else "it is one of your own: see to it"
        return State(FAULT, "; ".join([f"the database is down; {todo}", *broken]))
    if run is not None and run["state"] in ("failed", "interrupted"):
        how = "was interrupted" if run["state"] == "interrupted" else "failed"
        broken.append(f"the newest run {run['run_id']} {how} at {run['step'] or 'its start'}; `longcang why` says more")
    if published is None:
        broken.append("nothing is published yet")
    pin = [pinned.sentence] if pinned is not None else []
    if broken:
        return State(FAULT, "; ".join([*broken, *pin]))
    if run is not None and run["state"] == "held":
        return State(HELD, "; ".join([f"the gate held what {run['run_id']} formed; `longcang why` says why", *pin]))
    if pin:
        return State(HELD, pin[0])
    if run is not None and run["state"] == "held_by_person":
        return State(
            HELD, f"a person's decision held what {run['run_id']} formed; `longcang why` says how to publish it"
        )
    return State(WELL, "all is well")
