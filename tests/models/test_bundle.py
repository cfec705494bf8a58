from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from models.bundle import Bundle
from models.bundle_files import BundleDamaged, content_hash_of, read_bundle_files, write_bundle_files
from models.encoding import FeaturesRefused
from models.samples import Sample, sample_from_table
from models.training import Trained, train
from tests.models.learning_builders import QUICK, overdue_catalogue, overdue_table

FILES = (
    "bundle.json",
    "catalogue.json",
    "digests.json",
    "trained_ids.bin",
    *(
        f"components/main/{name}"
        for name in ("calibration.json", "contract.json", "model.txt", "patterns.bin", "scorecard.json")
    ),
)


@pytest.fixture(scope="module")
def sample() -> Sample:
    return sample_from_table(
        overdue_table(), target="rolls", label="rolled", id="account", catalogue=overdue_catalogue()
    )


@pytest.fixture(scope="module")
def trained(sample: Sample) -> Trained:
    return train(sample, seed=7, settings=QUICK)


@pytest.fixture(scope="module")
def folder(trained: Trained, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trained.bundle.write(tmp_path_factory.mktemp("bundles") / "rolls")


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(folder, tmp_path / "copy"))


def test_it_is_these_files_and_none_of_them_a_pickle(folder: Path) -> None:
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} == set(FILES)


def test_loading_gives_the_same_scores_reasons_and_hash(
    trained: Trained, folder: Path, sample: Sample
) -> None:
    loaded = Bundle.load(folder, expected_hash=trained.bundle.content_hash)
    assert loaded.content_hash == trained.bundle.content_hash
    assert loaded.score(sample.X).equals(trained.bundle.score(sample.X))
    assert (loaded.explain(sample.X) == trained.bundle.explain(sample.X)).all()
    assert loaded.reasons(sample.X.iloc[:5]) == trained.bundle.reasons(sample.X.iloc[:5])


def test_the_same_training_gives_the_same_hash(trained: Trained, sample: Sample) -> None:
    again = train(sample, seed=7, settings=QUICK)
    assert again.bundle.content_hash == trained.bundle.content_hash
    assert again.evaluation == trained.evaluation


def test_another_seed_gives_another_hash(trained: Trained, sample: Sample) -> None:
    assert train(sample, seed=8, settings=QUICK).bundle.content_hash != trained.bundle.content_hash


@pytest.mark.parametrize("name", FILES)
def test_one_changed_byte_in_any_file_is_refused(copy: Path, name: str) -> None:
    content = bytearray((copy / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copy / name).write_bytes(bytes(content))
    with pytest.raises(BundleDamaged, match=r"Expected .* found .* Copy the bundle again"):
        Bundle.load(copy)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_refused(copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(BundleDamaged):
        Bundle.load(copy)


@pytest.mark.parametrize("name", FILES)
def test_a_byte_more_at_the_end_of_any_file_is_refused(copy: Path, name: str) -> None:
    with (copy / name).open("ab") as stream:
        stream.write(b"\n")
    with pytest.raises(BundleDamaged):
        Bundle.load(copy)


def test_a_foreign_file_is_refused(copy: Path) -> None:
    (copy / "components" / "main" / "hook.py").write_text("print('run me')")
    with pytest.raises(BundleDamaged, match=r"components/main/hook\.py"):
        Bundle.load(copy)


def test_a_link_is_refused(copy: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.json"
    shutil.move(copy / "bundle.json", outside)
    (copy / "bundle.json").symlink_to(outside)
    with pytest.raises(BundleDamaged, match=r"links \(\['bundle\.json'\]\)"):
        Bundle.load(copy)


def test_another_model_than_the_approved_one_is_refused(folder: Path) -> None:
    with pytest.raises(BundleDamaged, match="Expected the bundle ffff"):
        Bundle.load(folder, expected_hash="f" * 64)


def test_an_unknown_format_is_refused(trained: Trained, tmp_path: Path) -> None:
    files = trained.bundle.to_files()
    files["bundle.json"] = json.dumps({**trained.bundle.manifest, "format": 99}).encode()
    write_bundle_files(files, tmp_path / "later")
    with pytest.raises(BundleDamaged, match="format 1 in later, found format 99"):
        Bundle.load(tmp_path / "later")


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"3"])
def test_a_manifest_that_is_none_is_refused(trained: Trained, tmp_path: Path, content: bytes) -> None:
    write_bundle_files({**trained.bundle.to_files(), "bundle.json": content}, tmp_path / "odd")
    with pytest.raises(BundleDamaged, match=r"Expected JSON in bundle\.json of odd"):
        Bundle.load(tmp_path / "odd")


def test_a_file_that_a_bundle_of_its_kind_does_not_have_is_refused(trained: Trained, tmp_path: Path) -> None:
    write_bundle_files({**trained.bundle.to_files(), "notes.txt": b"hello"}, tmp_path / "more")
    with pytest.raises(BundleDamaged, match=r"1 missing or foreign \(notes\.txt\)"):
        Bundle.load(tmp_path / "more")


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"files": {}}', b'{"files": 3}', b"\xff\xfe"])
def test_digests_that_are_none_are_refused(copy: Path, content: bytes) -> None:
    (copy / "digests.json").write_bytes(content)
    with pytest.raises(BundleDamaged, match=r"digests\.json"):
        Bundle.load(copy)


def test_a_folder_that_is_no_bundle_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BundleDamaged, match=r"digests\.json"):
        Bundle.load(tmp_path)


def test_the_hash_depends_on_names_and_contents() -> None:
    assert len({content_hash_of(files) for files in ({"a": b"1"}, {"b": b"1"}, {"a": b"2"})}) == 3


def test_values_and_base_add_up_to_the_margin(trained: Trained, sample: Sample) -> None:
    values = trained.bundle.explain(sample.X)
    margin = trained.bundle.score(sample.X)["margin"]
    assert values.shape == (len(sample), 4)
    np.testing.assert_allclose(values.sum(axis=1) + trained.bundle.base, margin, atol=1e-10)


def test_one_row_scores_as_in_a_crowd(trained: Trained, sample: Sample) -> None:
    crowd = trained.bundle.score(sample.X)
    for place in range(0, len(sample), 97):
        assert trained.bundle.score(sample.X.iloc[[place]]).equals(crowd.iloc[[place]])


def test_bands_follow_the_stated_cutoffs(trained: Trained, sample: Sample) -> None:
    scores = trained.bundle.score(sample.X)
    medium, high = trained.bundle.manifest["bands"]["cutoffs"]
    assert (scores.loc[scores["band"] == "low", "probability"] < medium).all()
    assert (scores.loc[scores["band"] == "high", "probability"] >= high).all()
    assert set(scores["band"]) == {"low", "medium", "high"}


def test_ids_pass_through(trained: Trained, sample: Sample) -> None:
    frame = sample.X.assign(loan_id="L-1", borrower_id="B-1", as_of="2024-01-01").iloc[:2]
    assert list(trained.bundle.score(frame).columns[:3]) == ["loan_id", "borrower_id", "as_of"]


def test_no_rows_give_no_scores(trained: Trained, sample: Sample) -> None:
    assert len(trained.bundle.score(sample.X.iloc[:0])) == 0


def test_a_missing_feature_is_refused(trained: Trained, sample: Sample) -> None:
    with pytest.raises(FeaturesRefused, match=r"1 missing \(noise\)"):
        trained.bundle.score(sample.X.drop(columns="noise"))


def test_it_knows_whom_it_learnt_from_and_nobody_else(trained: Trained, sample: Sample) -> None:
    split = trained.split
    assert trained.bundle.knows(sample.ids[split.train]).all()
    assert trained.bundle.knows(sample.ids[split.calibrate]).all()
    assert not trained.bundle.knows(sample.ids[split.test]).any()
    assert b"A-00" not in trained.bundle.to_files()["trained_ids.bin"]


def test_the_manifest_states_what_it_is(trained: Trained, sample: Sample) -> None:
    manifest = trained.bundle.manifest
    assert manifest["kind"] == "classifier"
    assert manifest["trained_from"]["source"] == sample.source_digest
    assert manifest["metrics"]["auc"] == trained.evaluation["auc"]
    assert trained.evaluation["model"]["content_hash"] == trained.bundle.content_hash
    assert {"lightgbm", "numpy", "pandas", "scikit-learn"} <= set(manifest["versions"])


def test_a_wrong_folder_is_not_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "rglob", lambda *_: pytest.fail("a whole disk may lie below"))
    with pytest.raises(BundleDamaged, match=r"found none\. Give the folder of a bundle"):
        read_bundle_files(tmp_path)
