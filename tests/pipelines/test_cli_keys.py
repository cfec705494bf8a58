from __future__ import annotations

from tests.pipelines.command import Command


def test_a_key_is_listed_without_its_secret_and_revoked_by_its_name(command: Command) -> None:
    token = command.works("key", "--name", "ann", "--role", "collector", "--json").json["token"]
    command.works("key", "--name", "bo", "--role", "committee")

    listed = command.works("key", "--list", "--json")
    assert [(one["name"], one["role"], one["revoked_at"]) for one in listed.json["keys"]] == [
        ("ann", "collector", None),
        ("bo", "committee", None),
    ]
    assert token not in listed.out
    assert token.split("_", 2)[2] not in listed.out

    revoked = command.works("key", "--revoke", "ann", "--json").json["keys"]
    assert [one["name"] for one in revoked] == ["ann"]
    assert revoked[0]["revoked_at"] is not None
    assert command.works("key", "--revoke", "ann", "--json").json["keys"] == revoked, "the first time counts"


def test_people_read_the_keys_as_a_table(command: Command) -> None:
    command.works("key", "--name", "ann", "--role", "collector")

    shown = command.works("key", "--list").out

    assert "ann" in shown
    assert "collector" in shown
    assert "holds" in shown
