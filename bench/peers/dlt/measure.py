"""Runs one form of the pipeline and prints what it took. Usage: python measure.py documented|tuned in-lists|by-id"""

import importlib
import json
import os
import resource
import sys
import time
from importlib.metadata import version

import duckdb

ANSWERS = "evaluations__answers__question_group_scores__question_scores"


def main(form: str, answers: str) -> None:
    # Imports do not count: a worker of Tidemark has been started, too, when a run begins.
    pipeline = importlib.import_module(form)
    begin, used = time.monotonic(), time.process_time()
    pipeline.load(answers)
    seconds, used = time.monotonic() - begin, time.process_time() - used

    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    with duckdb.connect(os.environ["BENCH_WAREHOUSE"]) as warehouse:
        rows = {
            name: warehouse.execute(f"SELECT count(*) FROM quality.{table}").fetchone()[0]
            for name, table in (("evaluations", "evaluations"), ("answers", ANSWERS))
        }
    print(
        json.dumps(
            {
                **rows,
                "wallSeconds": seconds,
                "cpuSeconds": used + children.ru_utime + children.ru_stime,
                # Of the largest process.
                "peakMemoryMb": max(own.ru_maxrss, children.ru_maxrss) / 1024,
                "versions": {name: version(name) for name in ("dlt", "duckdb", "pyarrow")},
            }
        )
    )


main(*sys.argv[1:])
