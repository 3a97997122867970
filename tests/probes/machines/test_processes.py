"""A process is told from a later one of its number, and ends with all it started."""

import os
import subprocess
import sys

from probes.machines import processes

SPAWNS = """
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print("up", flush=True)
time.sleep(60)
"""


def started():
    process = subprocess.Popen(
        [sys.executable, "-c", SPAWNS], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout.readline() == "up\n"
    return process


def test_a_group_is_killed_with_all_it_started_and_killing_it_twice_is_no_error():
    process = started()
    identity = processes.identify(process.pid)
    children = processes.psutil.Process(process.pid).children(recursive=True)
    assert processes.alive(identity)
    assert children
    processes.kill_group(identity)
    assert not processes.alive(identity)
    assert not any(processes.staging.running(child.pid) for child in children)
    processes.kill_group(identity)
    processes.kill_group(None)
    process.stdout.close()


def test_a_tree_is_killed_and_one_that_is_gone_is_no_error():
    process = started()
    children = processes.psutil.Process(process.pid).children(recursive=True)
    processes.kill_tree(process.pid)
    process.wait(30)
    processes.psutil.wait_procs(children, 30)
    assert not any(processes.staging.running(child.pid) for child in children)
    processes.kill_tree(process.pid)
    assert processes.resident(process.pid) == 0
    process.stdout.close()


def test_a_later_process_with_the_number_is_another():
    identity = processes.identify(os.getpid())
    assert processes.alive(identity)
    assert not processes.alive({**identity, "create_time": identity["create_time"] - 100})
    assert processes.resident(os.getpid()) > 2**20


def test_the_package_can_be_imported_from_any_folder(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", "import probes; print(probes.__name__)"],
        cwd=tmp_path, env=processes.environment(), capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout == "probes\n", done.stderr
