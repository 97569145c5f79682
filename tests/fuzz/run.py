"""Coverage-guided fuzzing of every reader, with atheris. Run by hand; the project's tests do without it.

    python3.11 -m venv /tmp/fuzz && /tmp/fuzz/bin/pip install atheris -e '.[test]'
    nice -n 19 /tmp/fuzz/bin/python tests/fuzz/run.py all --seconds 300        # CPU seconds for each target
    /tmp/fuzz/bin/python tests/fuzz/run.py jsonc --seconds 60                  # one target
    /tmp/fuzz/bin/python tests/fuzz/run.py jsonc --replay FILE ...             # say what happens to these inputs

The targets and what must hold are in `targets.py`; the seeds are the labelled cases under tests/cases. The corpus and
every input that broke an invariant (once per place in the code) go to `--folder`, a line with the executions to its
`log.txt`. A find is made small by hand, becomes a case of the reader's own tests, and only then is mended.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import subprocess
import sys
import time
import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LONGEST = 4096  # bytes of an input
SLOW = 3.0  # CPU seconds for one input, an instrumented reader being several times slower than a plain one


class Watch:
    """Runs a target on inputs, keeps the first failure of each kind, and ends the process when the time is up."""

    def __init__(self, name: str, folder: Path, seconds: float) -> None:
        self.name = name
        self.folder = folder
        self.seconds = seconds
        self.executions = 0
        self.kinds: set[str] = set()
        self.slowest = (0.0, b"")
        self.begun = time.process_time()

    def __call__(self, data: bytes) -> None:
        """One execution."""
        from tests.fuzz.targets import TARGETS

        self.executions += 1
        before = time.process_time()
        try:
            TARGETS[self.name].check(data)
        except Exception as error:
            self.keep(data, error)
        after = time.process_time()
        if after - before > self.slowest[0]:
            self.slowest = (after - before, data)
            if after - before > SLOW:
                self.keep(data, TimeoutError(f"{after - before:.1f} s for {len(data)} bytes"))
        if after - self.begun > self.seconds:
            self.end()

    def keep(self, data: bytes, error: Exception) -> None:
        """Write an input down, once for each place and kind of failure."""
        frames = traceback.extract_tb(error.__traceback__)[-3:]
        label = error.args[0][0] if error.args and isinstance(error.args[0], tuple) else ""
        kind = f"{type(error).__name__} {label} {[(frame.name, frame.lineno) for frame in frames]}"
        if kind in self.kinds:
            return
        self.kinds.add(kind)
        finds = self.folder / "finds"
        finds.mkdir(parents=True, exist_ok=True)
        file = finds / f"{self.name}-{hashlib.sha256(data).hexdigest()[:12]}"
        file.write_bytes(data)
        trace = "".join(traceback.format_exception(error))
        file.with_suffix(".txt").write_text(f"{data!r}\n{trace}", encoding="utf-8", errors="backslashreplace")

    def end(self) -> None:
        """Tell what was done, and stop here: the fuzzer knows no limit of CPU time."""
        seconds = time.process_time() - self.begun
        line = (
            f"{self.name}: {self.executions:,} executions in {seconds:.0f} CPU s, {len(self.kinds)} kinds of finds, "
            f"slowest {self.slowest[0]:.2f} s for {len(self.slowest[1])} bytes"
        )
        with (self.folder / "log.txt").open("a", encoding="utf-8") as log:
            log.write(line + "\n")
        print(line, flush=True)
        os._exit(0)


def fuzz(name: str, folder: Path, seconds: float) -> None:
    """Fuzz one target in this process; does not return."""
    import atheris

    with atheris.instrument_imports(include=["guardrail_hooks"]):
        from tests.fuzz.targets import TARGETS

        seeds = list(TARGETS[name].seeds())
        for seed in seeds[:40]:  # what a target imports when it runs is instrumented as well
            with contextlib.suppress(Exception):  # it is met again, and told then
                TARGETS[name].check(seed)
    corpus = folder / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in seeds:
        (corpus / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
    dictionary = folder / f"{name}.dict"
    rows = ('"' + "".join(f"\\x{byte:02x}" for byte in word) + '"' for word in TARGETS[name].words)
    dictionary.write_text("\n".join(rows) + "\n", encoding="utf-8")
    arguments = [f"-dict={dictionary}", f"-max_len={LONGEST}", "-timeout=120", "-rss_limit_mb=2500", "-verbosity=0"]
    artifacts = f"-artifact_prefix={folder}/{name}-"
    atheris.Setup([sys.argv[0], *arguments, artifacts, str(corpus)], Watch(name, folder, seconds))
    atheris.Fuzz()


def main() -> int:
    """Fuzz or replay what the command line names."""
    sys.path.insert(0, str(ROOT))
    from tests.fuzz.targets import TARGETS

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", nargs="+", help=f"all, or of: {', '.join(TARGETS)}")
    parser.add_argument("--seconds", type=float, default=300, help="CPU seconds for each target")
    parser.add_argument("--folder", type=Path, default=Path("/tmp/fuzz-corpus"), help="where the corpus is kept")
    parser.add_argument("--replay", type=Path, nargs="+", help="run the target on these files instead")
    given = parser.parse_args()
    names = list(TARGETS) if given.target == ["all"] else given.target
    if given.replay:
        for file in given.replay:
            TARGETS[names[0]].check(file.read_bytes())
        return 0
    given.folder.mkdir(parents=True, exist_ok=True)
    if len(names) == 1:
        for module in [one for one in sys.modules if one.startswith(("guardrail_hooks", "tests"))]:
            del sys.modules[module]  # imported again, instrumented
        fuzz(names[0], given.folder, given.seconds)
    for name in names:
        command = [sys.executable, __file__, name, "--seconds", str(given.seconds), "--folder", str(given.folder)]
        code = subprocess.run(command, check=False).returncode
        if code:
            print(f"{name}: the fuzzer ended with {code}, see {given.folder}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
