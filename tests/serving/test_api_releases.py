"""Models in force: signed, verified before parsing, tried in a child, swapped whole."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from models.bundle import Bundle
from models.bundle_files import BundleDamaged, content_hash_of, write_bundle_files
from models.release_keys import signing_key
from models.releases import Pointer, Release, point_to, write_release
from serving import canary
from serving.releases import ReleasedModels
from tests.serving.service_builders import desk, put_in_force, release_into, score_body, small_bundle


def lets_all(_release: Release) -> bool:
    return True


def test_a_released_model_speaks_after_a_child_process_survived_it(tmp_path: Path) -> None:
    release_into(tmp_path, small_bundle())
    with desk(tmp_path, released=True) as one:
        assert one.client.get("/ready").json()["models"] == ["roll_30"]
        answer = one.client.post("/v1/score", json=score_body(), headers=one.key("d", "service"))
    assert answer.json()["loans"][0]["models"][0]["model"] == small_bundle().content_hash


def test_a_later_release_takes_over_and_an_unchanged_one_is_not_read_again(tmp_path: Path) -> None:
    tried: list[str] = []

    def trial(release: Release) -> bool:
        tried.append(release.content_hash)
        return True

    models = ReleasedModels(tmp_path, trial=trial)
    assert dict(models.refresh().bundles) == {}
    first, second = small_bundle(), small_bundle(seed=2)
    release_into(tmp_path, first)
    for _ in range(3):
        assert models.refresh().bundles["roll_30"].content_hash == first.content_hash
    release_into(tmp_path, second, version="2")
    assert models.refresh().bundles["roll_30"].content_hash == second.content_hash
    assert tried == [first.content_hash, second.content_hash]


def test_a_model_that_does_not_survive_its_first_load_leaves_the_old_one_in_force(tmp_path: Path) -> None:
    first, second = small_bundle(), small_bundle(seed=2)
    release_into(tmp_path, first)
    models = ReleasedModels(tmp_path, trial=lambda release: release.content_hash == first.content_hash)
    models.refresh()
    release_into(tmp_path, second, version="2")
    now = models.refresh()
    assert now.bundles["roll_30"].content_hash == first.content_hash
    assert "found that it did not. The model before it stays in force" in now.refused["roll_30"]
    release_into(tmp_path, first, version="1")
    assert dict(models.refresh().refused) == {}


@pytest.mark.parametrize("file", ["bundle/bundle.json", "bundle/components/main/model.txt", "release.json"])
def test_one_changed_byte_is_found_before_anything_is_parsed(
    tmp_path: Path, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = small_bundle(), small_bundle(seed=2)
    release_into(tmp_path, first)
    models = ReleasedModels(tmp_path, trial=lets_all)
    models.refresh()
    target = release_into(tmp_path, second, version="2") / file
    content = bytearray(target.read_bytes())
    content[len(content) // 2] ^= 1
    target.write_bytes(bytes(content))

    def never(*_args: object, **_kwargs: object) -> None:
        pytest.fail("a bundle was loaded although its release is not what was signed")

    monkeypatch.setattr(Bundle, "load", never)
    now = models.refresh()
    assert now.bundles["roll_30"].content_hash == first.content_hash
    assert "roll_30" in now.refused


def test_a_release_signed_by_a_stranger_is_refused(tmp_path: Path) -> None:
    release_into(tmp_path / "stranger", small_bundle())
    home = tmp_path / "home"
    signing_key(home / "keys")
    shutil.copytree(tmp_path / "stranger" / "releases", home / "releases")
    now = ReleasedModels(home, trial=lets_all).refresh()
    assert dict(now.bundles) == {}
    assert "signed by the release key" in now.refused["roll_30"]


def test_a_pointer_back_to_an_earlier_release_brings_it_back(tmp_path: Path) -> None:
    first, second = small_bundle(), small_bundle(seed=2)
    release_into(tmp_path, first)
    release_into(tmp_path, second, version="2")
    models = ReleasedModels(tmp_path, trial=lets_all)
    assert models.refresh().bundles["roll_30"].content_hash == second.content_hash
    put_in_force(tmp_path, first)
    assert models.refresh().bundles["roll_30"].content_hash == first.content_hash


def test_a_withdrawn_model_stops_speaking(tmp_path: Path) -> None:
    release_into(tmp_path, small_bundle())
    models = ReleasedModels(tmp_path, trial=lets_all)
    models.refresh()
    (tmp_path / "releases" / "roll_30" / "current.json").unlink()
    assert dict(models.refresh().bundles) == {}


def test_a_signed_model_whose_text_is_damaged_ends_the_child_and_not_the_service(tmp_path: Path) -> None:
    files = small_bundle().to_files()
    text = files["components/main/model.txt"]
    files["components/main/model.txt"] = text[: len(text) // 2] + b"\nleaf_value=nan 1e999 -\n"
    broken = tmp_path / "bundles" / "broken"
    write_bundle_files(files, broken)
    key, content_hash = signing_key(tmp_path / "keys"), content_hash_of(files)
    write_release(
        broken,
        releases=tmp_path / "releases",
        name="roll_30",
        version="9",
        content_hash=content_hash,
        approved_by=("sue", "tom"),
        key=key,
    )
    pointer = Pointer("roll_30", "9", content_hash, approval="0" * 64)
    point_to(pointer, releases=tmp_path / "releases", key=key)
    now = ReleasedModels(tmp_path).refresh()
    assert dict(now.bundles) == {}
    assert "to survive its first load in a child process, found that it did not" in now.refused["roll_30"]


def test_a_model_of_another_hash_is_not_sung(tmp_path: Path) -> None:
    folder = small_bundle().write(tmp_path / "bundle")
    with pytest.raises(BundleDamaged, match="Expected the bundle 0000"):
        canary.sing(folder, content_hash="0" * 64)


def test_the_first_song_needs_the_right_hash_and_warms_the_kernels(tmp_path: Path) -> None:
    bundle = small_bundle()
    folder = bundle.write(tmp_path / "bundle")
    canary.sing(folder, content_hash=bundle.content_hash)
    rows = canary.synthetic_rows(bundle.catalogue, names=bundle.feature_names)
    assert len(rows) == 2
    assert rows.iloc[1].isna().all()
