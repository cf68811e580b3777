"""The common work on Celery: prefork workers, results kept, a task acknowledged when it is done."""

import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import time

import celery
import redis

TASKS, LATENCY_TASKS, PAYLOAD, WORKERS, PRODUCERS = (
    int(os.environ[name]) for name in ("TASKS", "LATENCY_TASKS", "PAYLOAD", "WORKERS", "PRODUCERS")
)
SOCKET = os.environ["REDIS_SOCKET"]
URL = "redis+socket://" + SOCKET

app = celery.Celery("celery_driver", broker=URL, backend=URL)
app.conf.update(task_acks_late=True, task_reject_on_worker_lost=True, worker_send_task_events=False)


@app.task(name="noop")
def noop(_text):
    return None


def produce(count, ready, go):
    text = "x" * PAYLOAD
    with app.producer_or_acquire() as producer:
        ready.release()
        go.wait()
        for _ in range(count):
            noop.apply_async((text,), queue="bench", producer=producer)


def enqueue():
    ready, go = multiprocessing.Semaphore(0), multiprocessing.Event()
    shares = [TASKS * (i + 1) // PRODUCERS - TASKS * i // PRODUCERS for i in range(PRODUCERS)]
    producers = [multiprocessing.Process(target=produce, args=(share, ready, go)) for share in shares]
    for producer in producers:
        producer.start()
    for _ in producers:
        ready.acquire()
    begin = time.perf_counter()
    go.set()
    for producer in producers:
        producer.join()
        if producer.exitcode != 0:
            sys.exit("a producer failed")
    return TASKS / (time.perf_counter() - begin)


def process(server):
    begin = time.perf_counter()
    app.control.add_consumer("bench")
    while server.llen("bench") or server.hlen("unacked"):
        time.sleep(0.005)
    return TASKS / (time.perf_counter() - begin)


def latencies(queue, count):
    milliseconds = []
    for _ in range(count):
        begin = time.perf_counter()
        noop.apply_async(("x" * PAYLOAD,), queue=queue).get(timeout=60, interval=0.0005)
        milliseconds.append((time.perf_counter() - begin) * 1000)
    return sorted(milliseconds)


def start_worker():
    command = [sys.executable, "-m", "celery", "-A", "celery_driver", "worker", "-c", str(WORKERS), "-Q", "warm"]
    command += ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "ERROR"]
    return subprocess.Popen(command, cwd=os.path.dirname(os.path.abspath(__file__)), stdout=sys.stderr)


def main():
    server = redis.Redis(unix_socket_path=SOCKET)
    enqueued = enqueue()
    worker = start_worker()
    try:
        latencies("warm", 200)
        processed = process(server)
        single = latencies("warm", LATENCY_TASKS)
    finally:
        worker.terminate()
        worker.wait()
    kept = sum(1 for _ in server.scan_iter("celery-task-meta-*", count=1000))
    if kept != TASKS + LATENCY_TASKS + 200:
        sys.exit("%d results are kept" % kept)
    rank = lambda percent: single[max(0, -(-len(single) * percent // 100) - 1)]
    print(
        json.dumps(
            {
                "n": TASKS,
                "workers": WORKERS,
                "enqueue_per_s": round(enqueued),
                "process_per_s": round(processed),
                "e2e_p50_ms": round(rank(50), 3),
                "e2e_p99_ms": round(rank(99), 3),
                "durability": "redis %s, appendfsync always" % server.info("server")["redis_version"],
                "version": "celery " + celery.__version__,
            }
        )
    )


if __name__ == "__main__":
    main()
