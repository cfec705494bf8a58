"""A release is what was signed, or it is refused before a byte of it is parsed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from models.approvals import released
from models.bundle_files import BundleDamaged, content_hash_of, write_bundle_files
from models.release_keys import PRIVATE, PUBLIC, KeyRefused, signing_key, trusted_key
from models.releases import (
    Pointer,
    ReleaseRefused,
    current_release,
    point_to,
    released_names,
    safe_name,
    verify_release,
    write_release,
)

FILES = {"bundle.json": b"{}", "components/main/model.txt": b"tree"}
HASH = content_hash_of(FILES)
LATER = {"bundle.json": b"{}", "components/main/model.txt": b"another tree"}


def release(home: Path, files: dict[str, bytes] = FILES) -> Path:
    """Release a bundle of those files as roll_30 in a home and point to it."""
    content_hash = content_hash_of(files)
    write_bundle_files(files, home / "bundles" / content_hash)
    folder = write_release(
        home / "bundles" / content_hash,
        releases=home / "releases",
        name="roll_30",
        version="1",
        content_hash=content_hash,
        approved_by=("Li Hua", "Wang Wei"),
        key=signing_key(home / "keys"),
    )
    pointer = Pointer("roll_30", "1", content_hash, "0" * 64)
    point_to(pointer, releases=home / "releases", key=signing_key(home / "keys"))
    return folder


def test_a_release_is_found_through_its_pointer(tmp_path: Path) -> None:
    folder = release(tmp_path)
    public = trusted_key(tmp_path / "keys" / PUBLIC)
    found = current_release(tmp_path / "releases", "roll_30", public_key=public)
    assert found is not None
    assert (found.bundle, found.content_hash) == (folder / "bundle", HASH)
    assert found.approved_by == ("Li Hua", "Wang Wei")
    assert released(tmp_path, "roll_30") == folder / "bundle"
    assert released(tmp_path, "roll_60") is None
    assert released_names(tmp_path / "releases") == ("roll_30",)


def test_the_pointer_moves_to_a_newer_release_and_both_stay(tmp_path: Path) -> None:
    old, new = release(tmp_path), release(tmp_path, LATER)
    assert released(tmp_path, "roll_30") == new / "bundle"
    assert old.exists()
    assert release(tmp_path) == old
    assert released(tmp_path, "roll_30") == old / "bundle"


def edit(path: str, content: bytes) -> Callable[[Path], object]:
    return lambda folder: (folder / path).write_bytes(content)


def relink(folder: Path) -> None:
    twin = folder.parent / "model.txt"
    (folder / "bundle/components/main/model.txt").rename(twin)
    (folder / "bundle/components/main/model.txt").symlink_to(twin)


def widen(folder: Path) -> None:
    text = (folder / "release.json").read_text().replace("Wang Wei", "Zhao Lei")
    (folder / "release.json").write_text(text)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        pytest.param(edit("bundle/components/main/model.txt", b"Tree"), "1 changed", id="a changed file"),
        pytest.param(edit("bundle/digests.json", b"{}"), r"digests\.json", id="changed digests"),
        pytest.param(edit("bundle/extra.pkl", b"!"), r"extra\.pkl", id="a foreign file"),
        pytest.param(lambda f: (f / "bundle/bundle.json").unlink(), r"bundle\.json", id="a missing file"),
        pytest.param(relink, r"model\.txt", id="a link to the right bytes"),
        pytest.param(widen, "signature that does not fit", id="another approver"),
        pytest.param(edit("release.sig", b"QUJD"), "signature that does not fit", id="another signature"),
        pytest.param(
            edit("release.json", b"not json"), "signature that does not fit", id="unreadable, unparsed"
        ),
        pytest.param(lambda f: (f / "release.sig").unlink(), "found none", id="no signature"),
    ],
)
def test_a_touched_release_is_refused(tmp_path: Path, damage: Callable[[Path], object], message: str) -> None:
    folder = release(tmp_path)
    damage(folder)
    with pytest.raises(ReleaseRefused, match=message):
        verify_release(folder, public_key=trusted_key(tmp_path / "keys" / PUBLIC))
    with pytest.raises(ReleaseRefused):
        released(tmp_path, "roll_30")
    with pytest.raises(ReleaseRefused):
        release(tmp_path)


def test_a_release_signed_by_somebody_else_is_refused(tmp_path: Path) -> None:
    folder = release(tmp_path)
    with pytest.raises(ReleaseRefused, match="signature that does not fit"):
        verify_release(folder, public_key=Ed25519PrivateKey.generate().public_key())


def test_a_release_moved_to_another_hash_or_name_is_refused(tmp_path: Path) -> None:
    folder = release(tmp_path)
    public = trusted_key(tmp_path / "keys" / PUBLIC)
    moved = folder.rename(folder.with_name("0" * 64))
    with pytest.raises(ReleaseRefused, match="another in 0000"):
        verify_release(moved, public_key=public)
    moved.rename(folder)
    folder.parent.rename(tmp_path / "releases" / "roll_60")
    with pytest.raises(ReleaseRefused, match="Expected the pointer of roll_60, found that of roll_30"):
        current_release(tmp_path / "releases", "roll_60", public_key=public)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"pointer": 1, "signature": "x"}'])
def test_a_touched_pointer_is_refused(tmp_path: Path, text: str) -> None:
    folder = release(tmp_path)
    (folder.parent / "current.json").write_text(text)
    with pytest.raises(ReleaseRefused, match=r"Expected current\.json signed"):
        released(tmp_path, "roll_30")


def test_a_pointer_turned_back_by_hand_is_refused(tmp_path: Path) -> None:
    folder = release(tmp_path)
    release(tmp_path, LATER)
    file = folder.parent / "current.json"
    said = json.loads(file.read_text())
    said["pointer"] = said["pointer"].replace(content_hash_of(LATER), HASH)
    file.write_text(json.dumps(said))
    with pytest.raises(ReleaseRefused, match="does not fit"):
        released(tmp_path, "roll_30")


def test_only_the_approved_bundle_is_released(tmp_path: Path) -> None:
    write_bundle_files(LATER, tmp_path / "bundle")
    with pytest.raises(BundleDamaged, match="Expected the bundle"):
        write_release(
            tmp_path / "bundle",
            releases=tmp_path / "releases",
            name="roll_30",
            version="1",
            content_hash=HASH,
            approved_by=("Li Hua", "Wang Wei"),
            key=signing_key(tmp_path / "keys"),
        )
    assert not list((tmp_path / "releases").rglob("*.json"))


def test_the_private_key_is_its_owners_alone(tmp_path: Path) -> None:
    key = signing_key(tmp_path)
    assert (tmp_path / PRIVATE).stat().st_mode & 0o777 == 0o600
    assert signing_key(tmp_path).public_key() == key.public_key() == trusted_key(tmp_path / PUBLIC)
    os.chmod(tmp_path / PRIVATE, 0o644)  # noqa: PTH101
    with pytest.raises(KeyRefused, match="found mode 0644"):
        signing_key(tmp_path)


def test_a_lost_or_foreign_key_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyRefused, match="nothing was released in this home yet"):
        trusted_key(tmp_path / PUBLIC)
    signing_key(tmp_path)
    (tmp_path / PRIVATE).unlink()
    with pytest.raises(KeyRefused, match="found only the public key"):
        signing_key(tmp_path)
    (tmp_path / PUBLIC).write_text("no key")
    with pytest.raises(KeyRefused, match="another text"):
        trusted_key(tmp_path / PUBLIC)


@pytest.mark.parametrize("name", ["", "..", "../x", "a/b", ".hidden", "a b", "x\n"])
def test_a_name_that_is_no_folder_is_refused(name: str) -> None:
    with pytest.raises(ReleaseRefused, match="Expected a model name"):
        safe_name(name)
