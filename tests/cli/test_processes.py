"""The commands as they are typed: a process of their own each."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def flask(var: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("COLLAB_", "SLACK_", "OIDC_"))}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
    return subprocess.run(
        command, cwd=ROOT, env={**environ, "COLLAB_VAR_DIR": str(var)}, text=True, capture_output=True, check=False
    )


@pytest.mark.timeout(120)
def test_from_an_empty_folder_to_a_company_one_can_enter(tmp_path: Path) -> None:
    var = tmp_path / "var"
    early = flask(var, "demo")
    assert (early.returncode, early.stdout) == (1, "")
    assert early.stderr.splitlines()[-1] == (
        "The database cannot be used: the database is at nothing, this version needs 0020: run `flask --app wsgi init`."
    )
    assert flask(var, "init").returncode == 0
    loaded = flask(var, "demo")
    assert loaded.returncode == 0
    assert re.fullmatch(r"The sample company is here: \d+ members, \d+ goals, \d+ requests\.\n", loaded.stdout)
    token = flask(var, "token", "create", "cmo@example.com")
    assert token.returncode == 0
    assert token.stdout.strip().startswith("collab_")
    assert len(token.stdout.splitlines()) == 1
    again = flask(var, "demo")
    assert again.returncode == 1
    assert "There are members already." in again.stderr
    assert "Traceback" not in again.stderr
    verified = flask(var, "audit", "verify")
    assert (verified.returncode, verified.stdout[:22]) == (0, "The audit trail holds:")
