"""What `make run` starts ends with it, and says why when it cannot start."""

import os
import socket
import sys

import pytest

from sandbox.processes import Child, Failed, answers, require_free, require_running, wait_until

# A program that starts another, tells its id and stays.
WITH_A_CHILD = """
import signal, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""


def start(tmp_path, code):
    return Child("The half", [sys.executable, "-c", code], env=os.environ, log=tmp_path / "log")


def runs(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{pid}/stat") as stat:  # noqa: PTH123
        return stat.read().rsplit(")", 1)[1].split()[0] != "Z"


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="looks at Linux's /proc")  # noqa: PTH110
def test_a_child_ends_with_its_own_children(tmp_path):
    child = start(tmp_path, WITH_A_CHILD)
    wait_until(lambda: child.tail() != "", [child])
    grandchild = int(child.tail())
    assert runs(grandchild)
    child.stop()
    assert child.ended is not None
    wait_until(lambda: not runs(grandchild), [])


def test_a_child_that_ends_is_reported_with_the_end_of_its_log(tmp_path):
    child = start(tmp_path, "import sys; print('no database'); sys.exit(3)")
    wait_until(lambda: child.ended is not None, [])
    with pytest.raises(Failed) as told:
        require_running([child])
    assert str(told.value) == "The half ended (exit code 3).\nno database"
    child.stop()


def test_waiting_has_an_end(tmp_path):
    with pytest.raises(Failed) as told:
        wait_until(lambda: False, [], seconds=0)
    assert str(told.value) == "Not ready after 0 s.\n"


def test_a_port_in_use_is_named():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Failed, match=rf"^Port {port} \(Teams\) is in use"):
            require_free({port: "Teams"})
        assert not answers(f"http://127.0.0.1:{port + 1 if port < 65535 else port - 1}/")
    require_free({port: "Teams"})
