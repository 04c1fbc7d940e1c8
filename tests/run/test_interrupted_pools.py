"""Ctrl+C at the very moments at which a pool of processes is easiest to break, and the end of who uses it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import pytest
from team_books import AS_OF, book_bytes, lead, write_team

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal for another process")

ROOT = Path(__file__).resolve().parent.parent.parent

#: Runs leadbook, and presses Ctrl+C at a line of a function, counted from where the pool begins.
PRESSED = """
    import os, signal, sys
    import leadbook.cli

    file, function, line = sys.argv[1:4]
    seen = [-1]

    def each_line(frame, event, _):
        if event == "line":
            seen[0] += 1
            if seen[0] == int(line):
                print("pressed", flush=True)
                os.kill(os.getpid(), signal.SIGINT)
        return each_line

    def each_call(frame, event, _):
        code = frame.f_code
        if code.co_filename.endswith(file) and code.co_name == function:
            return each_line(frame, event, None)
        return None

    if __name__ == "__main__":
        sys.argv = ["leadbook", *sys.argv[4:]]
        sys.settrace(each_call)
        leadbook.cli.run()
"""

#: Has a job begin its answer and not end it, and presses Ctrl+C meanwhile.
HALF = """
    import os, signal, struct, sys, time
    from leadbook.run.team.places import first_done, processes

    def answer_half():
        frame = sys._getframe()
        while "result_queue" not in frame.f_locals:
            frame = frame.f_back
        os.write(frame.f_locals["result_queue"]._writer.fileno(), struct.pack("!i", 1_000) + b"half of it")
        time.sleep(300)

    if __name__ == "__main__":
        try:
            with processes(1) as pool:
                future = pool.submit(answer_half)
                while not future.running():
                    time.sleep(0.01)
                time.sleep(2)
                os.kill(os.getpid(), signal.SIGINT)
                first_done([future])
        except KeyboardInterrupt:
            print("stopped")
"""

#: Is killed while its processes work.
KILLED = """
    import os, signal, time
    from leadbook.run.team.places import processes

    if __name__ == "__main__":
        with processes(2) as pool:
            print(pool.submit(os.getpid).result(), flush=True)
            jobs = [pool.submit(time.sleep, 300) for _ in range(4)]
            os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def temporary():
    """Provide a folder for temporary files, with a path short enough for the address of a socket in it."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        yield Path(folder)


def script(tmp_path: Path, temporary: Path, text: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a script to the end of it and of all that holds on to its output."""
    (tmp_path / "script.py").write_text(textwrap.dedent(text), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(temporary)}
    running = subprocess.Popen(
        [sys.executable, "script.py", *arguments], cwd=tmp_path, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    try:
        out, error = running.communicate(timeout=40)
    except subprocess.TimeoutExpired:
        os.killpg(running.pid, signal.SIGKILL)
        running.communicate()
        pytest.fail("it, or a process that it started, did not end")
    return subprocess.CompletedProcess(running.args, running.returncode, out, error)


PLACES = [
    pytest.param("/queue.py", "put", 2, id="handing in, with a lock held"),
    pytest.param("/forkserver.py", "connect_to_new_process", 4, id="before a process is asked for"),
    pytest.param("/popen_forkserver.py", "_launch", 10, id="a process asked for, and nothing told to it"),
    pytest.param("/popen_forkserver.py", "_launch", 15, id="a process begun that nobody knows of"),
    pytest.param("/forkserver.py", "ensure_running", 20, id="starting what starts the others"),
    pytest.param("/_base.py", "wait", 5, id="waiting"),
    pytest.param("/process.py", "shutdown", 2, id="done, and ending the processes"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("file", "function", "line"), PLACES)
def test_ctrl_c_at_any_moment_ends_it_with_one_sentence(tmp_path, temporary, file, function, line):
    write_team(tmp_path / "team", {f"{name}.xlsx": book_bytes([lead(1, name)]) for name in ("Ann", "Bob", "Cid")})
    ran = script(
        tmp_path, temporary, PRESSED, file, function, str(line), "review", "team", "--jobs", "2", "--no-cache",
        "--as-of", str(AS_OF),
    )  # fmt: skip
    assert ran.stdout == "pressed\n"
    said = [line for line in ran.stderr.splitlines() if not line.endswith("…")]
    assert said == ["leadbook: stopped; the workbook is what it was."]
    assert ran.returncode == 130
    assert not (tmp_path / "review.xlsx").exists()
    assert not list(temporary.iterdir())


@pytest.mark.slow
def test_a_process_ended_in_the_middle_of_its_answer_is_not_waited_for(tmp_path, temporary):
    ran = script(tmp_path, temporary, HALF)
    assert (ran.stdout, ran.stderr) == ("stopped\n", "")


@pytest.mark.slow
def test_processes_end_with_the_one_they_work_for(tmp_path, temporary):
    ran = script(tmp_path, temporary, KILLED)  # which returns once nobody has its output open
    assert ran.returncode == -signal.SIGKILL
    with pytest.raises(ProcessLookupError):
        os.kill(int(ran.stdout), 0)


@pytest.mark.slow
def test_a_review_leaves_no_temporary_folder_behind(tmp_path, temporary):
    ran = reviewed(tmp_path, temporary)
    assert ran.returncode == 0, ran.stderr
    assert not list(temporary.iterdir())


@pytest.mark.slow
def test_a_long_path_to_the_temporary_folder_is_no_hindrance(tmp_path, temporary):
    ran = reviewed(tmp_path, temporary / ("long" * 30))
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith("3 books, 3 reps, 3 leads")


def reviewed(tmp_path: Path, temporary: Path) -> subprocess.CompletedProcess[str]:
    """Review three books, without an interrupt."""
    temporary.mkdir(exist_ok=True)
    write_team(tmp_path / "team", {f"{name}.xlsx": book_bytes([lead(1, name)]) for name in ("Ann", "Bob", "Cid")})
    return script(tmp_path, temporary, PRESSED, "", "", "0", "review", "team", "--jobs", "2", "--as-of", str(AS_OF))
