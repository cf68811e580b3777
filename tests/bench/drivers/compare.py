"""Says how fast and how busy the machine is now (`probe FOLDER`), labels one run (`label SYSTEM ROUND PROBE`), or makes
a table of all labelled runs on standard input (`table`)."""

import json
import os
import statistics
import sys
import time

FIGURES = ("enqueue_per_s", "process_per_s", "e2e_p50_ms", "e2e_p99_ms")


def probe(folder):
    path = os.path.join(folder, "probe")
    times = []
    with open(path, "wb", buffering=0) as file:
        for _ in range(100):
            file.write(b"x" * 4096)
            begin = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append((time.perf_counter() - begin) * 1e6)
    os.unlink(path)
    print(json.dumps({"disk_sync_us": round(statistics.median(times)), "load": round(os.getloadavg()[0], 2)}))


def label(system, round_number, probed):
    run = json.loads(sys.stdin.read())
    print(json.dumps({"system": system, "round": int(round_number), **json.loads(probed), **run}))


def table():
    runs = [json.loads(line) for line in sys.stdin]
    systems = list(dict.fromkeys(sorted((run["system"] for run in runs), key=lambda name: name != "ours")))
    medians = {
        system: {
            figure: statistics.median(run[figure] for run in runs if run["system"] == system) for figure in FIGURES
        }
        for system in systems
    }
    syncs = [run["disk_sync_us"] for run in runs]
    print("The disk synced 4 KiB in %d to %d us before the runs." % (min(syncs), max(syncs)))
    print("%-10s %12s %12s %10s %10s   %s" % ("median of", "enqueue/s", "process/s", "p50 ms", "p99 ms", "ours / theirs"))
    for system in systems:
        mine = medians[system]
        line = "%-10s %12.0f %12.0f %10.3f %10.3f" % ((system,) + tuple(mine[figure] for figure in FIGURES))
        if system != "ours" and "ours" in medians:
            ours = medians["ours"]
            line += "   enqueue %.1fx, process %.1fx, p50 %.1fx faster" % (
                ours["enqueue_per_s"] / mine["enqueue_per_s"],
                ours["process_per_s"] / mine["process_per_s"],
                mine["e2e_p50_ms"] / ours["e2e_p50_ms"],
            )
        print(line)


if __name__ == "__main__":
    {"probe": probe, "label": label, "table": table}[sys.argv[1]](*sys.argv[2:])
