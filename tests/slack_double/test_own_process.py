"""The double as a process of its own, driven over HTTP."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from slack_sdk import WebClient

ROOT = Path(__file__).parents[2]


@pytest.fixture
def address() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.slack_double", "--port", "0", "--user", "aiko@example.com=佐藤愛子"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield process.stdout.readline().strip().removeprefix("SLACK_API_URL=").removesuffix("api/")
        process.terminate()


def test_it_can_be_filled_and_read(address: str) -> None:
    client = WebClient("xoxb-double-bot", base_url=address + "api/", retry_handlers=[])
    person = {"email": "kenji@example.com", "name": "Kenji Mori"}
    added = requests.post(address + "_double/users", json=person, timeout=5)
    assert added.status_code == 201
    client.chat_postMessage(channel=added.json()["id"], text="hello")
    channel = requests.post(address + "_double/channels", json={"name": "marketing"}, timeout=5).json()["id"]
    client.chat_postMessage(channel=channel, text="hello all")
    record = requests.get(address + "_double/record", timeout=5).json()
    assert [states[-1]["text"] for states in record["messages"]] == ["hello", "hello all"]
    assert [call["outcome"] for call in record["calls"]] == ["ok", "ok"]
    assert client.users_lookupByEmail(email="aiko@example.com")["user"]["real_name"] == "佐藤愛子"
    assert requests.get(address + "_double/nothing", timeout=5).status_code == 404
    assert requests.get(address, timeout=5).status_code == 404
