"""Labels the lines of one run (`label SYSTEM ROUND`), makes a table of all labelled lines on standard input (`rates`), or
asks every system about changes of clocks (`answers`)."""

import datetime
import json
import os
import statistics
import subprocess
import sys
import zoneinfo

SYSTEMS = ("ours", "croniter", "croner")
NEW_YORK, LORD_HOWE = "America/New_York", "Australia/Lord_Howe"
# What happens, the expression, the zone, the instant to look from, how many answers.
CHANGES = (
    ("02:00 becomes 03:00", "30 2 * * *", NEW_YORK, "2026-03-07T12:00:00Z", 3),
    ("02:00 becomes 03:00", "*/30 2 * * *", NEW_YORK, "2026-03-08T00:00:00Z", 2),
    ("02:00 becomes 03:00", "0 * * * *", NEW_YORK, "2026-03-08T05:30:00Z", 3),
    ("02:00 becomes 01:00", "30 1 * * *", NEW_YORK, "2026-11-01T00:00:00Z", 2),
    ("02:00 becomes 01:00", "*/30 1 * * *", NEW_YORK, "2026-11-01T00:00:00Z", 4),
    ("02:00 becomes 01:00", "0 * * * *", NEW_YORK, "2026-11-01T04:30:00Z", 3),
    ("02:00 becomes 02:30", "15 2 * * *", LORD_HOWE, "2026-10-03T00:00:00Z", 3),
    ("02:00 becomes 02:30", "*/15 * * * *", LORD_HOWE, "2026-10-03T15:20:00Z", 3),
    ("02:00 becomes 01:30", "45 1 * * *", LORD_HOWE, "2026-04-04T00:00:00Z", 2),
    ("02:00 becomes 01:30", "*/15 * * * *", LORD_HOWE, "2026-04-04T14:35:00Z", 4),
)


def label(system, round_number):
    for line in sys.stdin:
        figure = json.loads(line)
        if "expression" in figure:
            print(json.dumps({"system": system, "round": int(round_number), **figure}))


def medians(lines):
    found = {}
    for line in lines:
        found.setdefault((line["zone"], line["expression"]), {}).setdefault(line["system"], []).append(line["next_per_s"])
    return {case: {system: statistics.median(rates) for system, rates in by.items()} for case, by in found.items()}


def row(name, zone, rates):
    cells = ["`%s`" % name if zone else name, zone, "{:,.0f}".format(rates["ours"])]
    cells += ["{:,.0f} ({:,.0f} ×)".format(rates[peer], rates["ours"] / rates[peer]) for peer in SYSTEMS[1:]]
    print("| " + " | ".join(cells) + " |")


def rates():
    cases = medians(json.loads(line) for line in sys.stdin)
    print("| Expression | Zone | ours | croniter | croner |\n|---|---|---|---|---|")
    for (zone, expression), by_system in cases.items():
        row(expression, zone, by_system)
    same_number_of_each = {
        system: statistics.harmonic_mean([by_system[system] for by_system in cases.values()]) for system in SYSTEMS
    }
    row("as many of each", "", same_number_of_each)


def ask(system, expression, zone, begin, count):
    drivers = os.path.dirname(os.path.abspath(__file__))
    command = {
        "ours": [os.environ["BEATWARDEN"], "beat", "next", expression, "--zone", zone, "--from", begin, "--count", str(count)],
        "croniter": [sys.executable, os.path.join(drivers, "cron_croniter.py"), "next", expression, zone, begin, str(count)],
        "croner": ["node", os.path.join(drivers, "cron_croner.cjs"), "next", expression, zone, begin, str(count)],
    }[system]
    answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return [datetime.datetime.fromisoformat(instant.replace("Z", "+00:00")) for instant in answer]


def on_the_wall(instants, zone):
    place = zoneinfo.ZoneInfo(zone)
    days, words = set(), []
    for instant in instants:
        local = instant.astimezone(place)
        offset = local.strftime("%z")
        words.append(("" if local.date() in days else local.strftime("%d %b ")) + local.strftime("%H:%M ") + offset)
        days.add(local.date())
    return ", ".join(words)


def answers():
    print("| The clock | Expression | ours | croniter | croner |\n|---|---|---|---|---|")
    for what, expression, zone, begin, count in CHANGES:
        cells = [on_the_wall(ask(system, expression, zone, begin, count), zone) for system in SYSTEMS]
        print("| %s, %s | `%s` | %s |" % (zone.split("/")[1].replace("_", " "), what, expression, " | ".join(cells)))


if __name__ == "__main__":
    {"label": label, "rates": rates, "answers": answers}[sys.argv[1]](*sys.argv[2:])
