"""Settings: what is understood, and the one line that a bad one gets."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from config import environment
from config import settings as module
from config.settings import ROOT, BadSetting, Settings, load

SECRET = "0123456789abcdef0123456789abcdef"
NAMED = {"COLLAB_DATABASE_URL": "postgresql://collab:hunter2@db/collab", "COLLAB_SECRET_KEY": SECRET}
OIDC = {"OIDC_ISSUER": "https://id.example.com", "OIDC_CLIENT_ID": "collab", "OIDC_CLIENT_SECRET": "hunter2"}


@pytest.fixture
def given(tmp_path: Path) -> dict[str, str]:
    return {"COLLAB_VAR_DIR": str(tmp_path / "var")}


def test_nothing_set_needs_no_server(given: dict[str, str], tmp_path: Path) -> None:
    settings = load(given)
    assert settings.port == 8000
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.database_url == f"sqlite:///{tmp_path}/var/collab.db"
    assert settings.broker_url.startswith("redis+socket:///")
    assert settings.embedded_broker
    assert settings.embedded_database
    assert settings.config_dir == ROOT / "config"
    assert settings.sweep_seconds == 5
    assert settings.slack_api_url == "https://slack.com/api/"
    assert not settings.demo
    assert settings.slack_bot_token is settings.sign_in.company is settings.audit_anchor is None


def test_empty_is_unset(given: dict[str, str]) -> None:
    example = [
        line.partition("=")[0] for line in (ROOT / ".env.example").read_text().splitlines() if line[:1].isalpha()
    ]
    assert set(example) >= module.NAMES
    assert load({**dict.fromkeys(example, " "), **given}) == load(given)


def test_everything_set(given: dict[str, str], tmp_path: Path) -> None:
    settings = load(
        {
            **given,
            **NAMED,
            **OIDC,
            "PORT": "9000",
            "COLLAB_BASE_URL": "https://collab.example.com/",
            "COLLAB_BROKER_URL": "amqp://u:p@rabbit//",
            "COLLAB_CONFIG_DIR": str(tmp_path),
            "COLLAB_AUDIT_ANCHOR": "anchors/collab.txt",
            "COLLAB_SWEEP_SECONDS": "1",
            "SLACK_BOT_TOKEN": "xoxb-1",
            "SLACK_SIGNING_SECRET": "shh",
            "SLACK_APP_TOKEN": "xapp-1",
            "SLACK_API_URL": "http://127.0.0.1:9999/api",
            "SMTP_URL": "smtps://u:p%40w@smtp.example.com",
            "SMTP_FROM": "collab@example.com",
        }
    )
    assert settings.base_url == "https://collab.example.com"
    assert settings.database_url == "postgresql+psycopg://collab:hunter2@db/collab"
    assert settings.broker_url == "amqp://u:p@rabbit//"
    assert not settings.embedded_broker
    assert not settings.embedded_database
    assert settings.audit_anchor == str(ROOT / "anchors/collab.txt")
    assert settings.slack_api_url == "http://127.0.0.1:9999/api/"
    assert (settings.smtp_url, settings.smtp_from) == ("smtps://u:p%40w@smtp.example.com", "collab@example.com")
    assert settings.sign_in.company is not None
    assert settings.sign_in.company.client_id == "collab"
    assert (settings.port, settings.sweep_seconds, settings.secret_key) == (9000, 1, SECRET)


@pytest.mark.parametrize(
    ("name", "value", "more"),
    [
        ("PORT", "eighty", {}),
        ("PORT", "0", {}),
        ("PORT", "65536", {}),
        ("PORT", "-1", {}),
        ("PORT", "٨٠٠٠", {}),
        ("PORT", "9" * 5000, {}),
        ("COLLAB_SWEEP_SECONDS", "0", {}),
        ("COLLAB_SWEEP_SECONDS", "2.5", {}),
        ("COLLAB_SWEEP_SECONDS", "3600", {}),
        ("COLLAB_DEMO", "maybe", {}),
        ("COLLAB_DEMO", "1", OIDC),
        ("COLLAB_DEMO", "1", {"COLLAB_BASE_URL": "https://collab.example.com"}),
        ("COLLAB_DEMO", "1", {"COLLAB_BASE_URL": "http://localhost.example.com"}),
        ("COLLAB_BASE_URL", "collab.example.com", {}),
        ("COLLAB_BASE_URL", "ftp://collab.example.com", {}),
        ("COLLAB_BASE_URL", "https://", {}),
        ("COLLAB_BASE_URL", "https://collab.example.com/path", {}),
        ("COLLAB_BASE_URL", "https://collab.example.com?x=1", {}),
        ("COLLAB_BASE_URL", "https://me:hunter2@collab.example.com", {}),
        ("COLLAB_BASE_URL", "https://collab.example.com:99999", {}),
        ("COLLAB_BASE_URL", "http://[::1", {}),
        ("COLLAB_BASE_URL", "https://collab example.com", {}),
        ("COLLAB_DATABASE_URL", "mysql://u:hunter2@h/d", {}),
        ("COLLAB_DATABASE_URL", "postgresql+psycopg2://u:hunter2@h/d", {}),
        ("COLLAB_DATABASE_URL", "/var/collab.db", {}),
        ("COLLAB_DATABASE_URL", "postgresql://", {}),
        ("COLLAB_DATABASE_URL", "sqlite://", {}),
        ("COLLAB_DATABASE_URL", "sqlite:///:memory:", {}),
        ("COLLAB_BROKER_URL", "localhost:6379", {}),
        ("COLLAB_BROKER_URL", "memory://", {}),
        ("COLLAB_BROKER_URL", "sqs://u:hunter2@", {}),
        ("COLLAB_CONFIG_DIR", "/no/such/place", {}),
        ("COLLAB_AUDIT_ANCHOR", "s3://bucket/anchor", {}),
        ("COLLAB_SECRET_KEY", "hunter2", {}),
        ("COLLAB_DATABSE_URL", "postgresql://h/d", {}),
        ("COLLAB_BASE_URI", "https://collab.example.com", {}),
        ("SLACK_BOT_TOKEN", "xapp-hunter2", {"SLACK_SIGNING_SECRET": "shh"}),
        ("SLACK_BOT_TOKEN", "xoxp-hunter2", {"SLACK_SIGNING_SECRET": "shh"}),
        ("SLACK_APP_TOKEN", "xoxb-hunter2", {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "shh"}),
        ("SLACK_API_URL", "slack.com/api", {}),
        ("SMTP_URL", "smtp.example.com", {"SMTP_FROM": "c@example.com"}),
        ("SMTP_URL", "https://u:hunter2@smtp.example.com", {"SMTP_FROM": "c@example.com"}),
        ("SMTP_URL", "smtp://u:hunter2@", {"SMTP_FROM": "c@example.com"}),
        ("SMTP_URL", "smtp://u:hunter2@h:99999", {"SMTP_FROM": "c@example.com"}),
        ("SMTP_URL", "smtp://u:hunter2?@h", {"SMTP_FROM": "c@example.com"}),
        ("SMTP_URL", "smtp://hunter2@h", {"SMTP_FROM": "c@example.com"}),
        ("SMTP_FROM", "Collab <c@example.com>", {"SMTP_URL": "smtp://h"}),
        ("OIDC_ISSUER", "http://id.example.com", {"OIDC_CLIENT_ID": "a", "OIDC_CLIENT_SECRET": "b"}),
        ("OIDC_ISSUER", "id.example.com", {"OIDC_CLIENT_ID": "a", "OIDC_CLIENT_SECRET": "b"}),
    ],
)
def test_a_bad_value_gets_one_line_that_names_it(
    given: dict[str, str], name: str, value: str, more: dict[str, str]
) -> None:
    with pytest.raises(BadSetting) as caught:
        load({**given, **more, name: value})
    line = str(caught.value)
    assert line.startswith(f"{name} ")
    assert "Write " in line or "remove" in line
    assert "\n" not in line
    assert len(line) < 250 or len(value) > 1000
    assert "hunter2" not in line, "a secret is never repeated"


@pytest.mark.parametrize(
    ("missing", "there"),
    [
        ("SLACK_SIGNING_SECRET", {"SLACK_BOT_TOKEN": "xoxb-1"}),
        ("SLACK_BOT_TOKEN", {"SLACK_APP_TOKEN": "xapp-1"}),
        ("SLACK_BOT_TOKEN", {"SLACK_APP_TOKEN": "xapp-1", "SLACK_SIGNING_SECRET": "shh"}),
        ("SMTP_FROM", {"SMTP_URL": "smtp://h"}),
        ("SMTP_URL", {"SMTP_FROM": "c@example.com"}),
        ("OIDC_CLIENT_ID", {"OIDC_ISSUER": "https://id.example.com", "OIDC_CLIENT_SECRET": "x"}),
        ("OIDC_CLIENT_SECRET", {"OIDC_ISSUER": "https://id.example.com", "OIDC_CLIENT_ID": "x"}),
        ("OIDC_ISSUER", {"OIDC_CLIENT_ID": "x"}),
        ("COLLAB_SECRET_KEY", {"COLLAB_DATABASE_URL": "postgresql://h/d"}),
    ],
)
def test_what_belongs_together_is_missed(given: dict[str, str], missing: str, there: dict[str, str]) -> None:
    with pytest.raises(BadSetting, match=f"^{missing} is missing while {next(iter(there))} is set"):
        load({**given, **there})


def test_a_signing_secret_alone_is_fine(given: dict[str, str]) -> None:
    """Commands are verified; what is said stays on the preview."""
    assert load({**given, "SLACK_SIGNING_SECRET": "shh"}).slack_bot_token is None


@pytest.mark.parametrize(
    "base_url", ["http://localhost:8000", "http://127.0.0.1", "http://[::1]:8000", "http://LOCALHOST"]
)
def test_the_demo_is_for_this_machine(given: dict[str, str], base_url: str) -> None:
    assert load({**given, "COLLAB_DEMO": "1", "COLLAB_BASE_URL": base_url}).demo


@pytest.mark.parametrize("url", ["postgres://h/d?sslmode=require", "postgresql://h/d?sslmode=require"])
def test_the_usual_spellings_of_postgresql(given: dict[str, str], url: str) -> None:
    settings = load({**given, "COLLAB_SECRET_KEY": SECRET, "COLLAB_DATABASE_URL": url})
    assert settings.database_url == "postgresql+psycopg://h/d?sslmode=require"


def test_a_relative_sqlite_file_is_the_same_for_every_process(given: dict[str, str]) -> None:
    settings = load({**given, "COLLAB_SECRET_KEY": SECRET, "COLLAB_DATABASE_URL": "sqlite:///var/mine.db"})
    assert settings.database_url == f"sqlite:///{ROOT}/var/mine.db"


def test_repr_has_no_secret(given: dict[str, str]) -> None:
    settings = load(
        {**given, **NAMED, **OIDC, "SLACK_BOT_TOKEN": "xoxb-hunter2", "SLACK_SIGNING_SECRET": "hunter2"}
        | {
            "COLLAB_BROKER_URL": "redis://:hunter2@redis",
            "SMTP_URL": "smtp://u:hunter2@h",
            "SMTP_FROM": "c@example.com",
        }
    )
    assert "hunter2" not in repr(settings)
    assert SECRET not in repr(settings)


def test_settings_do_not_change(given: dict[str, str]) -> None:
    with pytest.raises(AttributeError):
        load(given).port = 1  # type: ignore[misc]


def test_the_secret_key_is_invented_once(given: dict[str, str]) -> None:
    first = load(given).secret_key
    assert len(first) >= 32
    assert load(given).secret_key == first
    file = Path(given["COLLAB_VAR_DIR"]) / "secret_key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["secret_key"], "no draft stays behind"


def test_processes_started_at_once_agree_on_the_key(given: dict[str, str]) -> None:
    code = "from config.settings import load; print(load().secret_key)"
    environ = {**os.environ, **given}
    started = [
        subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=environ, stdout=subprocess.PIPE) for _ in range(6)
    ]
    assert len({process.communicate()[0] for process in started}) == 1


def test_a_damaged_key_is_named(given: dict[str, str]) -> None:
    load(given)
    (Path(given["COLLAB_VAR_DIR"]) / "secret_key").write_text("short")
    with pytest.raises(BadSetting, match=r"^COLLAB_SECRET_KEY kept in .* is damaged"):
        load(given)


def test_a_place_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadSetting, match=r"^COLLAB_VAR_DIR cannot be made"):
        load({"COLLAB_VAR_DIR": str(tmp_path / "file" / "var")})


def test_a_bad_setting_ends_a_process_without_a_traceback(given: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from config.settings import load; load()"],
        cwd=ROOT, env={**os.environ, **given, "PORT": "eighty"}, text=True, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == "PORT is 'eighty'. Write a whole number from 1 to 65535, such as 8000.\n"


class TestDotenv:
    @pytest.fixture(autouse=True)
    def root(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setattr(module, "ROOT", tmp_path)
        monkeypatch.setattr(environment, "ROOT", tmp_path)
        for name in [*module.NAMES, "PORT"]:
            monkeypatch.delenv(name, raising=False)
        (tmp_path / "config").mkdir()
        return tmp_path

    def read(self, root: Path, text: str) -> Settings:
        (root / ".env").write_text(text, encoding="utf-8")
        return load()

    def test_it_is_read(self, root: Path) -> None:
        assert self.read(root, "# ours\nPORT=8100\nexport COLLAB_SWEEP_SECONDS='2'\n").port == 8100

    def test_the_process_environment_wins(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PORT", "8200")
        assert self.read(root, "PORT=8100\n").port == 8200

    def test_a_line_that_is_none_is_named(self, root: Path) -> None:
        with pytest.raises(BadSetting, match=r"^\.env line 2 cannot be read"):
            self.read(root, "PORT=8100\nthis 'is nothing\n")

    def test_without_one_all_is_default(self) -> None:
        assert load().port == 8000
