"""Fixtures of the Python tests: real mails, small real models, and ways to train in this process or in one of its own."""

from __future__ import annotations

import os

# Before torch is imported: two threads that spin on busy cores are many times slower than one.
os.environ.update(
    HF_HUB_OFFLINE="1",
    OMP_NUM_THREADS="1",
    OMP_WAIT_POLICY="PASSIVE",
    TOKENIZERS_PARALLELISM="false",
    TRANSFORMERS_VERBOSITY="error",
    HF_HUB_DISABLE_TELEMETRY="1",
)

import csv
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "python"))
sys.path.insert(0, str(Path(__file__).parent))

from support import failures, models, runs

# Files that take minutes, the longest first: begun last, they would keep one process busy while the others have ended.
LONG = ("test_torch_ddp", "test_examples", "test_torch_oracle", "test_torch_causal_lm", "test_torch_failures")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files before the others, whose order stays."""
    rank = {name: at for at, name in enumerate(LONG)}
    items.sort(key=lambda item: rank.get(item.path.stem, len(LONG)))


@pytest.fixture(scope="session")
def mails() -> list[tuple[str, str]]:
    """620 real mails (text, `ham` or `spam`), always in the same order: the sample workspace's data."""
    data = ROOT / "examples/spam/data"
    if not (data / "eval.csv").exists():
        subprocess.run(["node", str(ROOT / "scripts/sample.mjs")], check=True, cwd=ROOT)
    rows: list[tuple[str, str]] = []
    for name in ("eval.csv", "train.csv"):
        with (data / name).open(encoding="utf-8", newline="") as file:
            rows += [(row["text"], row["label"]) for row in csv.DictReader(file)]
    return rows


@pytest.fixture
def mail_files(tmp_path: Path, mails: list[tuple[str, str]]) -> Callable[..., dict[str, str]]:
    """Writes `train.csv` and `eval.csv` of so many mails; their names as the config's `data` has them."""

    def write(train: int = 96, evaluation: int = 40) -> dict[str, str]:
        runs.write_csv(tmp_path / "train.csv", mails[:train])
        runs.write_csv(tmp_path / "eval.csv", mails[-evaluation:])
        return {"train": "train.csv", "eval": "eval.csv"}

    return write


@pytest.fixture(scope="session")
def minilm() -> Path:
    """all-MiniLM-L6-v2 as a Hugging Face folder, which scripts/python.mjs prepares."""
    folder = Path(os.environ.get("TUNING_FORK_MINILM") or ROOT / ".cache/python/minilm")
    assert (folder / "model.safetensors").exists(), f"{folder} is not there: run node scripts/python.mjs"
    return folder


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory, mails: list[tuple[str, str]]) -> Path:
    """A random BERT of 2 layers × 64 with a vocabulary of the mails; it truly learns."""
    return models.tiny_bert(tmp_path_factory.mktemp("models") / "tiny", [text for text, _ in mails])


@pytest.fixture(scope="session")
def tiny_gpt2(tmp_path_factory: pytest.TempPathFactory, mails: list[tuple[str, str]]) -> Path:
    """A random GPT-2 of 2 layers × 64."""
    return models.tiny_gpt2(tmp_path_factory.mktemp("models") / "gpt2", [text for text, _ in mails])


@pytest.fixture(scope="session")
def tiny_llama(tmp_path_factory: pytest.TempPathFactory, mails: list[tuple[str, str]]) -> Path:
    """A random Llama of 2 layers × 64 with a chat template."""
    return models.tiny_llama(tmp_path_factory.mktemp("models") / "llama", [text for text, _ in mails])


@pytest.fixture
def train(tmp_path: Path) -> Iterator[Callable[..., runs.Recorded]]:
    """Trains in this process: seconds of imports are paid once. Arguments: a resolved config, and `runs.train_here`'s."""
    yield lambda config, **options: runs.train_here(tmp_path, config, **options)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., runs.Started]]:
    """Starts the trainer's own process, as a runner does."""
    started: list[runs.Started] = []

    def begin(config: dict, **options: object) -> runs.Started:
        started.append(runs.start_process(tmp_path, config, **options))
        return started[-1]

    yield begin
    for one in started:
        one.kill()


@pytest.fixture
def bench(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    tiny: Path,
    tiny_gpt2: Path,
    tiny_llama: Path,
    train: Callable[..., runs.Recorded],
) -> failures.Bench:
    """Where a case of failure lays out what is broken, beside good data and models."""
    made = failures.Bench(tmp_path, monkeypatch, tiny, tiny_gpt2, tiny_llama, train)
    rows = "".join(f"{text},{label}\n" for text, label in failures.ROWS)
    made.write("train.csv", f"text,label\n{rows}")
    return made


@pytest.fixture
def events(tmp_path: Path) -> Path:
    """Where a run's journal will be."""
    return tmp_path / "events.jsonl"
