"""A checkpoint evaluated on another file, and asked for predictions: the run's own figures and labels come back."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support import language, runs
from support.using import same_figures, use

Train = Callable[..., runs.Recorded]


@pytest.fixture
def classifier(train: Train, tiny: Path, mail_files: Callable[..., dict[str, str]], mails: Any) -> runs.Recorded:
    """Eight steps on mails."""
    return train(runs.config(tiny, data=mail_files(), train={"max_steps": 8}, eval={"strategy": "steps", "steps": 8}))


def test_an_evaluation_on_the_runs_own_rows_gives_the_runs_own_figures(
    classifier: runs.Recorded, tmp_path: Path
) -> None:
    result = use(classifier, 8, action="evaluate", data=str(tmp_path / "eval.csv"))
    assert same_figures(result, classifier, 8) == {"eval/loss", "eval/accuracy", "eval/f1_macro"}
    recorded = {event["name"]: event for event in classifier.of("table")}
    tables = {table["name"]: table for table in result["tables"]}
    assert tables["eval/confusion_matrix"]["rows"] == recorded["eval/confusion_matrix"]["rows"]
    assert tables["eval/samples"]["columns"] == recorded["eval/samples"]["columns"]
    assert (result["rows"], result["judgedRows"], result["files"][0]["rows"]) == (40, 40, 40)


def test_texts_get_label_and_probabilities(classifier: runs.Recorded, mails: list[tuple[str, str]]) -> None:
    texts = [text for text, _ in mails[:10]]
    predictions = use(classifier, 8, action="predict", texts=texts)["predictions"]
    assert [one["text"] for one in predictions] == texts
    for one in predictions:
        assert one["probabilities"].keys() == {"ham", "spam"}
        assert runs.close(sum(one["probabilities"].values()), 1, 2e-4)
        assert one["label"] == max(one["probabilities"], key=one["probabilities"].get)
    # A text alone, unpadded, gets the same answer.
    (alone,) = use(classifier, 8, action="predict", texts=texts[3:4])["predictions"]
    for label, share in alone["probabilities"].items():
        assert runs.close(share, predictions[3]["probabilities"][label], 2e-4)


def test_what_is_wrong_is_said_in_a_sentence(classifier: runs.Recorded, tmp_path: Path) -> None:
    runs.write_csv(tmp_path / "other.csv", [("hello", "ham"), ("buy", "sapm")])
    wrong = use(classifier, 8, action="evaluate", data=str(tmp_path / "other.csv"))
    assert wrong["code"] == "data-label-untrained"
    assert "other.csv row 2" in wrong["problem"] and "sapm" in wrong["problem"] and "ham, spam" in wrong["advice"]
    gone = use(classifier, 8, action="evaluate", data=str(tmp_path / "nothing.csv"))
    assert gone["code"] == "data-file-missing" and "nothing.csv" in gone["problem"]
    pruned = use(classifier, 3, action="predict", texts=["hello"])
    assert pruned["code"] == "checkpoint-missing" and "step-3" in pruned["problem"]
    assert use(classifier, 8, action="predict", texts=[])["code"] == "request-not-understood"


def test_an_adapter_is_evaluated_with_its_base(
    train: Train, tiny: Path, tmp_path: Path, mail_files: Callable[..., dict[str, str]]
) -> None:
    config = runs.config(tiny, data=mail_files(48, 24), method={"type": "lora"}, train={"max_steps": 4})
    run = train(config)
    step = max(run.series("eval/loss"))
    result = use(run, step, action="evaluate", data=str(tmp_path / "eval.csv"))
    assert "eval/loss" in same_figures(result, run, step)


def test_entities_are_found_where_they_stand(train: Train, tiny: Path, tmp_path: Path) -> None:
    rows = [
        {"tokens": ["meeting", "with", name, "at", "noon", "."], "ner_tags": ["O", "O", "B-PER", "O", "O", "O"]}
        for name in ("free", "money", "click", "please") * 8
    ]
    language.write_jsonl(tmp_path / "train.jsonl", rows)
    config = runs.config(
        tiny,
        task="token-classification",
        data={"train": "train.jsonl", "eval": "train.jsonl"},
        train={"max_steps": 30, "learning_rate": 5e-3},
        eval={"strategy": "steps", "steps": 30, "metrics": ["f1_micro", "accuracy"]},
    )
    run = train(config)
    result = use(run, 30, action="evaluate", data=str(tmp_path / "train.jsonl"))
    assert {"eval/loss", "eval/f1_micro"} <= same_figures(result, run, 30)
    (one,) = use(run, 30, action="predict", texts=["meeting  with money at noon."])["predictions"]
    assert one["entities"] == [{"type": "PER", "text": "money", "start": 14, "end": 19}]


def test_a_language_model_is_evaluated_and_goes_on(train: Train, tiny_llama: Path, tmp_path: Path) -> None:
    language.write_jsonl(tmp_path / "train.jsonl", language.chats(24))
    language.write_jsonl(tmp_path / "eval.jsonl", language.chats(6))
    run = train(language.config(tiny_llama, train={"max_steps": 4}, eval={"strategy": "steps", "steps": 4}))
    result = use(run, 4, action="evaluate", data=str(tmp_path / "eval.jsonl"))
    assert {"eval/loss", "eval/perplexity"} <= same_figures(result, run, 4)
    (samples,) = [event for event in run.of("table") if event["name"] == "eval/samples"]
    assert result["tables"][-1]["rows"] == samples["rows"]
    (one,) = use(run, 4, action="predict", texts=["Light 1 is red."], shape="messages")["predictions"]
    assert one.keys() == {"text", "generated"} and one["text"] == "Light 1 is red."


@pytest.mark.parametrize("method", ["full", "lora"])
def test_preferences_are_judged_against_the_model_that_training_started_from(
    train: Train, tiny_llama: Path, tmp_path: Path, method: str
) -> None:
    pytest.importorskip("trl")
    rows = [{"prompt": f"Light {at}: ", "chosen": "go on slowly", "rejected": "sing"} for at in range(20)]
    language.write_jsonl(tmp_path / "train.jsonl", rows)
    language.write_jsonl(tmp_path / "eval.jsonl", rows[:7])
    metrics = ["loss", "reward_accuracy", "reward_margin"]
    config = language.config(
        tiny_llama,
        task="preference",
        method={"type": method},
        train={"max_steps": 3},
        eval={"strategy": "steps", "steps": 3, "metrics": metrics},
    )
    run = train(config)
    result = use(run, 3, action="evaluate", data=str(tmp_path / "eval.jsonl"))
    assert {"eval/loss", "eval/reward_margin"} <= same_figures(result, run, 3)
    assert abs(result["metrics"]["eval/reward_margin"]) > 1e-6
    (samples,) = [event for event in run.of("table") if event["name"] == "eval/samples"]
    assert result["tables"][0]["columns"] == samples["columns"] and len(result["tables"][0]["rows"]) == 7
    (one,) = use(run, 3, action="predict", texts=["Light 1: "])["predictions"]
    assert one.keys() == {"text", "generated"}


def test_an_embedding_is_evaluated_and_compares_texts(train: Train, tiny: Path, tmp_path: Path) -> None:
    rows = [{"anchor": f"free money {at}", "positive": f"{at} money for free"} for at in range(24)]
    language.write_jsonl(tmp_path / "train.jsonl", rows)
    config = runs.config(
        tiny,
        task="embedding",
        data={"train": "train.jsonl", "eval": "train.jsonl"},
        train={"max_steps": 3},
        eval={"strategy": "steps", "steps": 3, "metrics": ["loss", "recall_at_1", "mrr"]},
    )
    run = train(config)
    result = use(run, 3, action="evaluate", data=str(tmp_path / "train.jsonl"))
    assert {"eval/loss", "eval/mrr"} <= same_figures(result, run, 3)
    texts = ["free money", "free money", "the meeting is at noon"]
    same, other = use(run, 3, action="predict", texts=texts)["predictions"]
    assert same == {"text": "free money", "similarity": 1.0}
    assert other["text"] == texts[2] and other["similarity"] < 1
    assert use(run, 3, action="predict", texts=texts[:1])["code"] == "texts-to-compare"


def test_its_process_speaks_only_json_and_ends_with_who_asked(classifier: runs.Recorded) -> None:
    script = runs.ROOT / "python/use_checkpoint.py"
    process = subprocess.Popen(
        [sys.executable, "-X", "utf8", str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None
    request = {"action": "predict", "runDir": str(classifier.dir), "checkpoint": str(classifier.checkpoint(8))}
    process.stdin.write(json.dumps({**request, "texts": ["frei für alle 🎁"]}) + "\n")
    process.stdin.flush()
    lines = []
    for line in process.stdout:
        lines.append(json.loads(line))
    assert process.wait(60) == 0, lines
    process.stdin.close()
    assert lines[-1]["t"] == "result" and lines[-1]["predictions"][0]["text"] == "frei für alle 🎁"
    left = subprocess.Popen([sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert left.stdin is not None
    left.stdin.write(b'{"action": "predict"}\n')
    left.stdin.close()
    assert left.wait(60) != 0
