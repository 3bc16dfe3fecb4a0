"""The program of the child process that opens an old Excel workbook (.xls), behind the walls of `geodata.confined`.

Run by `geodata.workbook` only. On stdin a line of JSON (`only`: the sheets, `seconds`, `memory`), then the file's
bytes; on stdout the book as `geodata.workbook.to_answer` writes it, or `{"unreadable": sentence}`.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path


def main() -> None:
    """Answer one request."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what the reader may print is no part of the answer
    request = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    import python_calamine  # noqa: PLC0415 - behind the walls no library can be loaded

    from geodata.confined import confine  # noqa: PLC0415
    from geodata.workbook import Unreadable, to_answer, workbook_of  # noqa: PLC0415

    libraries = (Path(os.__file__).parent, Path(str(python_calamine.__file__)).parent)
    confine(Path.cwd(), libraries, seconds=request["seconds"], memory=request["memory"])
    try:
        answer = to_answer(workbook_of(data, request["only"]))
    except Unreadable as problem:
        answer = json.dumps({"unreadable": str(problem)}).encode()
    out.write(answer)
    out.close()


if __name__ == "__main__":
    main()
