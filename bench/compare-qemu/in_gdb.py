"""Runs inside gdb: does a scenario's commands and prints one JSON line for each that is timed.

Timed in here, so that starting gdb and connecting do not count.
"""
import json
import os
import time

import gdb

scenario = json.loads(os.environ["COMPARE_SCENARIO"])


def execute(command):
    begin = time.perf_counter()
    gdb.execute(command, to_string=True)
    return time.perf_counter() - begin


for command in ("set pagination off", "set confirm off", f"target remote {scenario['remote']}", *scenario["prepare"]):
    gdb.execute(command, to_string=True)

print(json.dumps({"ready": True}), flush=True)
for _ in range(scenario["repeat"]):
    seconds = execute(scenario["command"])
    place = int(gdb.parse_and_eval("(unsigned long) $pc"))
    print(json.dumps({"seconds": seconds, "place": place}), flush=True)
