"""What the disk refuses is told in words and by its own status; what else the system refuses is a fault of ours."""

from __future__ import annotations

import errno
from http import HTTPStatus

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.disk import FAULTS, REASONS, refused
from api.problems import add_handlers


@pytest.mark.parametrize(
    ("number", "status", "word"),
    [
        (errno.ENOSPC, 507, "磁盘满了"),
        (errno.EDQUOT, 507, "配额"),
        (errno.EIO, 503, "磁盘读写出错"),
        (errno.EROFS, 503, "只读"),
        (errno.EMFILE, 500, ""),
    ],
)
def test_answered(number: int, status: int, word: str) -> None:
    """A full disk is 507, one that fails 503, each with what to do; anything else stays 500."""
    app = FastAPI()
    add_handlers(app)

    @app.get("/api/v1/file")
    def file() -> None:
        raise OSError(number, "refused")

    answer = TestClient(app, raise_server_exceptions=False).get("/api/v1/file")
    assert answer.status_code == status
    assert status == HTTPStatus.INTERNAL_SERVER_ERROR or word in answer.json()["detail"]


def test_words() -> None:
    """Every refusal of a disk has words of ours; an unknown one has the system's."""
    assert set(REASONS) >= FAULTS
    assert refused(OSError(errno.EMFILE, "Too many open files")) == "[Errno 24] Too many open files"
