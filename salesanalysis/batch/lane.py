"""A lane: a process that imports everything once and then runs one task after another.

``python -m salesanalysis.batch.lane`` reads one JSON task a line on stdin and answers with JSON
lines: ``{"ready": true}`` once, ``{"cell": i, "of": n}`` while it runs, then one with
``status``. What notebooks or libraries print goes to stderr, never between the answers.
"""

import json
import os
import sys
import threading
import time
from typing import Any

from salesanalysis.batch.processes import end_tree, is_alive


def main() -> int:
    """Answer tasks until stdin closes."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    threading.Thread(target=_watch_parent, args=(os.getppid(),), daemon=True).start()
    from salesanalysis.batch import execute  # noqa: PLC0415

    def answer(line: dict[str, Any]) -> None:
        answers.write(json.dumps(line, ensure_ascii=False) + "\n")
        answers.flush()

    answer({"ready": True})
    for line in sys.stdin:
        job = json.loads(line)
        try:
            work = execute.OPERATIONS[job["op"]]
            answer(work(job, lambda i, n: answer({"cell": i + 1, "of": n})))
        except Exception as error:
            import traceback  # noqa: PLC0415

            traceback.print_exc()
            text = {
                "section": "",
                "cell": 0,
                "exception": type(error).__name__,
                "message": str(error),
            }
            answer({"status": "failed", "error": text})
    return 0


def _watch_parent(parent: int) -> None:
    """End this lane and its kernel when the runner is gone: nobody would read the answer."""
    # Windows goes on naming a parent that is gone
    while os.getppid() == parent and is_alive(parent):
        time.sleep(1)
    end_tree(os.getpid(), itself=False)
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
