"""How `make run` prepares: what it assumes, what it refuses, and which database it touches."""

import socket
from pathlib import Path

import pytest

from config import server
from config.settings import Settings, load

SECRET = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"COLLAB_VAR_DIR": str(tmp_path)}


@pytest.fixture
def settings(environ: dict[str, str]) -> Settings:
    return load(environ)


class Flask:
    """Stands in for the commands: takes note, makes the file, fails as told."""

    def __init__(self, database: Path) -> None:
        self.calls: list[str] = []
        self.database = database
        self.interrupted_at: str | None = None
        self.answer = ""

    def __call__(self, words: list[str], _environ: dict[str, str], stdout: int | None = None) -> str:
        command = " ".join(words)
        self.calls.append(command)
        if command == self.interrupted_at:
            raise KeyboardInterrupt
        if stdout is not None:
            return self.answer
        self.database.write_text(f"{self.database.read_text() if self.database.exists() else ''}{command} ")
        return ""


@pytest.fixture
def flask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    flask = Flask(tmp_path / "collab.db")
    monkeypatch.setattr(server, "_flask", flask)
    return flask


def prepare(settings: Settings) -> None:
    server._prepare_database(settings, {})


def test_a_new_database_gets_the_sample_company(settings: Settings, flask: Flask) -> None:
    prepare(settings)
    assert flask.calls == ["init", "demo"]


def test_starting_again_keeps_the_data_and_migrates(settings: Settings, flask: Flask) -> None:
    prepare(settings)
    prepare(settings)
    assert flask.calls == ["init", "demo", "init"]
    assert flask.database.read_text() == "init demo init "


@pytest.mark.parametrize("at", ["init", "demo"])
def test_a_start_that_was_interrupted_begins_anew(settings: Settings, flask: Flask, at: str) -> None:
    flask.interrupted_at = at
    with pytest.raises(KeyboardInterrupt):
        prepare(settings)
    flask.interrupted_at = None
    prepare(settings)
    assert flask.database.read_text() == "init demo "


def test_an_own_database_made_by_hand_never_gets_the_sample_company(settings: Settings, flask: Flask) -> None:
    flask.database.write_text("flask init and real members ")
    prepare(settings)
    assert flask.calls == ["init"]


@pytest.fixture
def named(environ: dict[str, str], flask: Flask) -> Settings:
    return load({**environ, "COLLAB_DATABASE_URL": f"sqlite:///{flask.database}", "COLLAB_SECRET_KEY": SECRET})


def test_a_named_database_is_only_looked_at(named: Settings, flask: Flask) -> None:
    flask.answer = "0007 (head)\n"
    prepare(named)
    assert flask.calls == ["db current"]
    assert not flask.database.exists()


@pytest.mark.parametrize("answer", ["", "0006\n"])
def test_a_named_database_that_is_not_migrated_ends_the_start(named: Settings, flask: Flask, answer: str) -> None:
    flask.answer = answer
    with pytest.raises(SystemExit, match="is not migrated"):
        prepare(named)


@pytest.mark.parametrize(
    ("given", "demo"),
    [
        ({}, "1"),
        ({"COLLAB_DEMO": ""}, "1"),
        ({"COLLAB_DEMO": "0"}, "0"),
        ({"COLLAB_BASE_URL": "http://localhost:8000"}, "1"),
        ({"COLLAB_BASE_URL": "https://collab.example.com"}, "0"),
        ({"COLLAB_BASE_URL": "http://[::1"}, "0"),
        ({"OIDC_ISSUER": "https://id.example.com"}, "0"),
    ],
)
def test_entering_by_name_is_the_default_where_it_is_safe(given: dict[str, str], demo: str) -> None:
    assert server._environment(given)["COLLAB_DEMO"] == demo


def test_a_taken_port_is_one_clear_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(SystemExit, match=f"^PORT {port} cannot be used: Address already in use. Stop what uses it"):
            server._refuse_a_taken_port(port)
    server._refuse_a_taken_port(port)


def test_the_port_in_the_commands_is_ours(environ: dict[str, str]) -> None:
    commands = server.commands(load({**environ, "PORT": "8123"}))
    assert "--port 8123" in commands["web"]
    assert set(commands) == {"web", "worker", "beat"}


def test_with_an_app_token_one_more_process_listens_to_slack(environ: dict[str, str]) -> None:
    by_socket = {**environ, "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
    assert server.commands(load(by_socket))["socket"] == "flask --app wsgi slack listen"


@pytest.mark.parametrize(("url", "workers"), [(None, 1), ("postgresql://h/d", 2)])
def test_one_web_process_for_the_one_writer_of_sqlite(environ: dict[str, str], url: str | None, workers: int) -> None:
    named = {"COLLAB_DATABASE_URL": url, "COLLAB_SECRET_KEY": SECRET} if url else {}
    assert f"--workers {workers} " in server.commands(load({**environ, **named}))["web"]


def test_the_banner_tells_how_to_enter_in_both_languages(environ: dict[str, str]) -> None:
    banner = server.banner(load({**environ, "COLLAB_DEMO": "1", "PORT": "8123"}))
    assert "Collab is ready:  http://127.0.0.1:8123\n" in banner
    assert "pick a name" in banner
    assert "名前を選ぶだけ" in banner
    assert banner.count("http://127.0.0.1:8123/slack/preview") == 2


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "COLLAB_DEMO=1 to look around"),
        (
            {"OIDC_ISSUER": "https://id.example.com", "OIDC_CLIENT_ID": "a", "OIDC_CLIENT_SECRET": "b"},
            "sign in with your company account",
        ),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "shh"}, "Slack   connected"),
    ],
)
def test_the_banner_fits_the_settings(environ: dict[str, str], given: dict[str, str], words: str) -> None:
    assert words in server.banner(load({**environ, **given}))
