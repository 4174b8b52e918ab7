#!/usr/bin/python3
"""services_apart.py BUILD: three brokers, and of each service two processes that have it alone. Of each service one process
is killed under load, one after another, and starts again; then everything is compared. Exit 0 only if the checker finds that
nothing was lost or doubled, that all that follows from it was recorded, and that both processes of a service have the same.
"""

import argparse
import itertools
import pathlib
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "proxy"))

import after
from fault_run import council_of
from scene import Load, play
from waiting import PATIENCE_S

SERVICES = ("registry", "engagement", "risk", "reporting")
ENGAGED = [council_of(partition) for partition in (0, 1)]


def run(scene):
    client = scene.client
    client.run("log", "init", "--log", scene.log_address)
    servers = {service: [scene.server("one" if service == "registry" else service, service), scene.server(f"{service}-2", service)]
               for service in SERVICES}
    first, *others = itertools.chain(*servers.values())
    first.start()
    for council, role in itertools.product(ENGAGED, ("officer", "approver")):
        client.run("identity", "issue", f"{council}-{role}", "--role", f"council-{role}", "--council", council)
    for server in others:
        client.run("replica", "create", "--share-keyring", server.data)
        server.launch()
    for server in others:
        server.await_serving()

    load = Load(scene, servers["registry"], "all", ENGAGED, servers["engagement"])
    for service in SERVICES:
        load.go_on(5)
        one = servers[service][1]
        one.kill()
        load.progress.await_all(time.monotonic_ns(), PATIENCE_S)
        one.start()
    load.go_on(5)
    load.end()

    subjects = [subject for council in ENGAGED for subject in after.subjects_of(council)]
    after.await_assessed(client, servers["risk"][0], subjects)
    told = []
    for service, pair in servers.items():
        rows = after.await_equal(client, pair)
        recomputed = {server.name: client.recomputed(server, subjects) for server in pair} if service == "risk" else {}
        told.append({"rows": rows, "rebuilt": {server.name: client.rebuilt(server) for server in pair}, "recomputed": recomputed})
    faults, counts = scene.judge(load.histories, told)
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    if faults:
        raise RuntimeError(f"the checker finds {len(faults)} faults: {faults[:5]}")
    unseen = [what for what in ("acknowledged", "receipts", "receipts computed again", "digests compared") if not counts[what]]
    if unseen:
        raise RuntimeError(f"not seen: {unseen}; a run without it shows nothing")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("build")
    return play(parser.parse_args().build, "apart", run)


if __name__ == "__main__":
    sys.exit(main())
