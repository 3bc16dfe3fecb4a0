"""Reports as they were sent out."""

from __future__ import annotations

import pytest

from api.reports.freezing import packed, unpacked
from geodata.errors import StoreProblem


def test_files_come_back_byte_for_byte() -> None:
    """What was packed is unpacked under the same names, and the same files give the same archive."""
    files = {"一册/甲村.pdf": b"%PDF", "清单.json": b"[]\n"}
    assert dict(unpacked(packed(files)).contents()) == files
    assert packed(files) == packed(files)


@pytest.mark.parametrize("name", ["../甲.pdf", "一册/../../甲.pdf", "/甲.pdf", "C:甲.pdf", "..\\甲.pdf"])
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    """A store from elsewhere can't have files written beside the folder that was asked for."""
    with pytest.raises(StoreProblem, match="文件夹外面"):
        unpacked(packed({name: b"x"}))
