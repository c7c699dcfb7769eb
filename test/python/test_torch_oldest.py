"""Runs with the oldest Transformers, Accelerate and PEFT that they may have: the same figures as with the newest."""

import json
import os
import shutil
from pathlib import Path

import pytest

from support import language, runs


@pytest.fixture(scope="module")
def oldest() -> Path:
    """Packages of python/requirements-oldest.txt, which scripts/python.mjs lays into a folder."""
    folder = Path(os.environ.get("TUNING_FORK_OLDEST") or runs.ROOT / ".cache/python/oldest")
    assert (folder / "transformers").is_dir(), f"{folder} is not there: run node scripts/python.mjs"
    return folder


@pytest.fixture
def older_llama(tmp_path: Path, tiny_llama: Path) -> Path:
    """Llama with its tokenizer's files as Transformers 4 writes them."""
    folder = shutil.copytree(tiny_llama, tmp_path / "llama")
    file = folder / "tokenizer_config.json"
    settings = json.loads(file.read_text())
    settings["tokenizer_class"] = "PreTrainedTokenizerFast"
    settings["additional_special_tokens"] = settings.pop("extra_special_tokens")
    settings["chat_template"] = (folder / "chat_template.jinja").read_text()
    file.write_text(json.dumps(settings))
    # As models for conversations have it; samples are to be the likeliest tokens all the same.
    asked = folder / "generation_config.json"
    asked.write_text(json.dumps({**json.loads(asked.read_text()), "do_sample": True, "temperature": 3.0}))
    return folder


@pytest.mark.parametrize("kind", ["classifier", "chat"])
def test_the_oldest_packages_train_and_resume_as_the_newest(
    tmp_path, tiny, older_llama, mail_files, train, oldest, kind
):
    schedule = {"max_steps": 6, "gradient_accumulation_steps": 2, "per_device_train_batch_size": 4}
    evaluation = {"strategy": "steps", "steps": 3}
    if kind == "classifier":
        # Dropout, and a head that is drawn before the adapters: the same random numbers.
        config = runs.config(tiny, data=mail_files(60, 20), method={"type": "lora"}, train=schedule, eval=evaluation)
    else:
        language.write_jsonl(tmp_path / "train.jsonl", language.chats(60))
        language.write_jsonl(tmp_path / "eval.jsonl", language.chats(9))
        config = language.config(older_llama, method={"type": "lora"}, train=schedule, eval=evaluation)
    newest = train(config, run="newest")
    old = runs.start_process(tmp_path, config, run="oldest", env={"PYTHONPATH": str(oldest)})
    assert old.wait() == 0, old.output
    versions = json.loads((old.checkpoint(3) / "tuning-fork.json").read_text())["versions"]
    assert versions["transformers"].startswith("4.50.")
    for name in ("train/loss", "train/grad_norm", "train/learning_rate", "eval/loss"):
        assert old.series(name) == pytest.approx(newest.series(name), abs=1e-5), name
    tables = [[event["rows"] for event in run.of("table") if event["name"] == "eval/samples"] for run in (old, newest)]
    assert len(tables[0]) == 2 and (kind == "classifier" or tables[0] == tables[1])
    resumed = runs.start_process(
        tmp_path,
        config,
        run="oldest",
        segment=2,
        resume=old.checkpoint(3),
        from_step=3,
        env={"PYTHONPATH": str(oldest)},
    )
    assert resumed.wait() == 0, resumed.output
    again = resumed.series("train/loss", segment=2)
    assert again == {step: value for step, value in old.series("train/loss", segment=1).items() if step > 3}
