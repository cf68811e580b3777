"""Next instants by croniter, with time zones of pytz as its documentation has it.

`rates`: one JSON line for each of $EXPRESSIONS in each of $ZONES. `next EXPRESSION ZONE FROM COUNT`: the instants.
"""

import datetime
import json
import os
import sys
import time

import croniter
import pytz

SPAN = datetime.timedelta(days=36525)  # the instants begin anew after a hundred years, as ours do


def start(expression, zone, begin):
    instant = datetime.datetime.fromisoformat(begin.replace("Z", "+00:00"))
    return croniter.croniter(expression, instant.astimezone(pytz.timezone(zone)))


def rate(expression, zone):
    seconds, begin = float(os.environ["BENCH_SECONDS"]), os.environ["BENCH_FROM"]
    instants = start(expression, zone, begin)
    last = instants.get_next(datetime.datetime) + SPAN
    count, watch = 0, time.perf_counter()
    while time.perf_counter() - watch < seconds:
        for _ in range(100):
            if instants.get_next(datetime.datetime) > last:
                instants = start(expression, zone, begin)
        count += 100
    used = time.perf_counter() - watch
    return {"expression": expression, "zone": zone, "n": count, "next_per_s": round(count / used)}


def rates():
    for zone in os.environ["ZONES"].splitlines():
        for expression in os.environ["EXPRESSIONS"].splitlines():
            print(json.dumps(rate(expression, zone)))


def following(expression, zone, begin, count):
    instants = start(expression, zone, begin)
    for _ in range(int(count)):
        print(instants.get_next(datetime.datetime).astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"))


if __name__ == "__main__":
    {"rates": rates, "next": following}[sys.argv[1]](*sys.argv[2:])
