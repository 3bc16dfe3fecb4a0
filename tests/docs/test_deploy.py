"""The files of docs/deploy are taken by the programs they are for, where those are installed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

DEPLOY = Path(__file__).resolve().parents[2] / "docs" / "deploy"


@pytest.mark.skipif(shutil.which("nginx", path="/usr/sbin:/usr/bin") is None, reason="nginx is not installed")
def test_nginx_takes_it(tmp_path: Path) -> None:
    """`nginx -t` finds nothing wrong, with certificates and ports of this machine's own."""
    words = "req -x509 -newkey rsa:2048 -nodes -keyout privkey.pem -out fullchain.pem -days 1 -subj /CN=wangge"
    subprocess.run(["openssl", *words.split()], cwd=tmp_path, check=True, capture_output=True)
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8").replace("/etc/ssl/wangge", str(tmp_path))
    text = text.replace("listen 80;", "listen 127.0.0.1:18079;").replace("listen 443", "listen 127.0.0.1:18442")
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid;\nerror_log {tmp_path}/log;\nevents {{}}\nhttp {{\naccess_log off;\n{text}\n}}\n", "utf-8"
    )
    run = ["/usr/sbin/nginx", "-t", "-q", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")]
    found = subprocess.run(run, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stderr) == (0, "")


def test_only_the_proxy_is_heard() -> None:
    """Whatever `api.forwarded` hears of a proxy is written or emptied by it: nothing of the asker passes through."""
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for name in ("Forwarded", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port", "X-Forwarded-Prefix"):
        assert f"proxy_set_header {name} " in text


def test_what_the_container_copies_is_there() -> None:
    """Every file that the Containerfile takes from the repository exists, and is let through to the build."""
    root = DEPLOY.parents[1]
    ignored = (root / ".containerignore").read_text(encoding="utf-8").splitlines()
    for line in (root / "Containerfile").read_text(encoding="utf-8").splitlines():
        if line.startswith("COPY ") and "--from" not in line:
            for name in line.split()[1:-1]:
                assert (root / name).exists(), name
                assert f"!{name}" in ignored, name
