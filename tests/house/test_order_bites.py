"""`.importlinter` on a scratch house: sound as it stands, and every contract refuses what it is there to refuse."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config.settings import ROOT

HOUSE = {
    "collab/kernel/atomic.py": "",
    "collab/kernel/clock.py": "",
    "collab/kernel/db.py": "",
    "collab/kernel/money.py": "",
    "collab/web/pages.py": "import collab.kernel.db",
    "collab/slack/client.py": "import slack_sdk",
    "collab/audit/models.py": "import collab.kernel.db",
    "collab/audit/service.py": "import collab.audit.models",
    "collab/goals/rules.py": "import collab.kernel.money",
    "collab/goals/models.py": "import collab.kernel.db\nimport collab.goals.rules",
    "collab/goals/queries/__init__.py": "",
    "collab/goals/queries/trees.py": "import collab.goals.models",
    "collab/goals/service.py": "import collab.goals.queries.trees\nimport collab.audit.service",
    "collab/goals/views.py": "import collab.goals.service\nimport collab.web.pages",
    "collab/goals/slack.py": "import collab.goals.service\nimport collab.slack.client",
    "collab/purchases/service.py": "import collab.goals.service",
    "collab/app.py": "import collab.goals.views\nimport collab.purchases.service\nimport config.settings",
    "config/settings.py": "",
    "config/logging.py": "import config.settings",
    "config/tether.py": "",
    "config/household.py": "import config.tether",
    "config/server.py": "import config.household\nimport workers.bell",
    "workers/bell.py": "import collab.app",
}


def lint(house: Path, more: dict[str, str]) -> tuple[bool, str]:
    """Build the scratch house, lint it; whether it is sound, and what was said."""
    for name, text in {**HOUSE, **more}.items():
        file = house / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{HOUSE.get(name, '')}\n{text}\n")
        for package in [file.parent, *file.parent.parents]:
            if package == house:
                break
            (package / "__init__.py").touch()
    shutil.copytree(ROOT / "tests" / "house", house / "tests" / "house", dirs_exist_ok=True)
    (house / "tests" / "__init__.py").touch()  # or an installed package of that name would come first
    shutil.copy(ROOT / ".importlinter", house)
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=house, env={**os.environ, "PYTHONPATH": str(house)}, text=True, capture_output=True, check=False,
    )  # fmt: skip
    return done.returncode == 0, " ".join(done.stdout.split())


def test_the_scratch_house_is_sound(tmp_path: Path) -> None:
    sound, said = lint(tmp_path, {})
    assert sound, said


@pytest.mark.parametrize(
    ("broken", "file", "line"),
    [
        ("Composition looks down", "collab/goals/service.py", "import config.server"),
        ("Composition looks down", "config/settings.py", "import collab.kernel.money"),
        ("Features stand in one order", "collab/audit/service.py", "import collab.goals.service"),
        ("Features stand in one order", "collab/kernel/db.py", "import collab.audit.service"),
        ("Features stand in one order", "collab/web/pages.py", "import collab.slack.client"),
        ("Features stand in one order", "collab/astrology/service.py", "import collab.kernel.db"),
        ("Inside a feature", "collab/goals/service.py", "import collab.goals.views"),
        ("Inside a feature", "collab/goals/views.py", "import collab.goals.slack"),
        ("Inside a feature", "collab/goals/queries/trees.py", "import collab.goals.service"),
        ("Rules are pure", "collab/goals/rules.py", "import sqlalchemy"),
        ("Rules are pure", "collab/goals/rules.py", "import collab.kernel.clock"),
        ("Rules are pure", "collab/kernel/money.py", "import flask"),
        ("collab knows no Celery", "collab/purchases/service.py", "import celery"),
        ("collab knows no Celery", "collab/purchases/service.py", "import workers.bell"),
        ("Only collab.slack speaks to Slack's libraries", "collab/goals/slack.py", "from slack_sdk import WebClient"),
        ("Only collab.slack speaks to Slack's libraries", "workers/bell.py", "import slack_bolt"),
        ("Tables are imported only by", "collab/purchases/service.py", "import collab.goals.models"),
        ("Tables are imported only by", "collab/goals/views.py", "import collab.goals.models"),
    ],
)
def test_each_contract_bites(tmp_path: Path, broken: str, file: str, line: str) -> None:
    sound, said = lint(tmp_path, {file: line})
    assert not sound
    section = said.partition("Broken contracts")[2]
    assert broken in section, said


def test_neighbours_that_import_each_other_are_refused(tmp_path: Path) -> None:
    mutual = {"collab/kernel/clock.py": "import collab.kernel.db", "collab/kernel/db.py": "import collab.kernel.clock"}
    sound, said = lint(tmp_path, mutual)
    assert not sound
    assert "No two neighbours" in said.partition("Broken contracts")[2], said
