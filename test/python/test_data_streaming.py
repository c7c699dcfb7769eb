"""Rows that are read while training."""

import json

import pytest

from support.runs import DEFAULTS
from tuning_fork.data import streaming
from tuning_fork.errors import UserError


def config_of(task, train, **data):
    chosen = {**DEFAULTS["data"], "train": train, "eval_fraction": 0, "streaming": True, **data}
    return {**DEFAULTS, "task": task, "data": chosen}


def lines(*rows):
    return "".join(json.dumps(row) + "\n" for row in rows)


def test_a_stream_gives_the_rows_of_all_files_again_and_again(tmp_path):
    (tmp_path / "a.csv").write_text("text,label\na,x\nb,y\n")
    (tmp_path / "b.jsonl").write_text(lines({"text": "c", "label": "x"}))
    (tmp_path / "e.csv").write_text("text,label\nd,y\n")
    data = streaming.stream_classification(
        config_of("text-classification", ["b.jsonl", "a.csv"], eval="e.csv"), tmp_path
    )
    for _epoch in range(2):
        assert [(one.text, one.label, one.row) for one in data.train] == [("c", 0, 1), ("a", 0, 1), ("b", 1, 2)]
    assert data.labels == ["x", "y"]
    assert [(one.text, one.label) for one in data.eval] == [("d", 1)]
    assert [file["path"] for file in data.files] == [str(tmp_path / "e.csv")]
    assert data.facts["format"] == "jsonl"


def test_rows_are_read_when_they_are_asked_for(tmp_path):
    file = tmp_path / "t.jsonl"
    file.write_text(lines(*({"text": f"{row}", "label": row % 2} for row in range(50_000))))
    data = streaming.stream_classification(config_of("text-classification", "t.jsonl", labels=[0, 1]), tmp_path)
    rows = iter(data.train)
    assert next(rows).text == "0"
    file.write_text(file.read_text() + "broken\n")
    with pytest.raises(UserError, match=r"row 50001 \(line 50001\): not a JSON object"):
        for _row in rows:
            pass


def test_a_label_that_is_not_listed_is_named_when_its_turn_comes(tmp_path):
    (tmp_path / "t.csv").write_text("text,label\n" + "a,x\nb,y\n" * 100 + "c,z\n")
    data = streaming.stream_classification(config_of("text-classification", "t.csv", labels=["x", "y"]), tmp_path)
    with pytest.raises(
        UserError, match=r'row 201 \(line 202\): the label "z" is unknown: `data.labels` does not list it'
    ):
        list(data.train)


def test_what_is_wrong_at_the_beginning_shows_before_training(tmp_path):
    (tmp_path / "t.csv").write_text("alpha,label\na,x\n")
    with pytest.raises(UserError, match="has no column that is called as text columns"):
        streaming.stream_classification(config_of("text-classification", "t.csv", labels=["x", "y"]), tmp_path)


def test_a_fraction_cannot_be_held_out(tmp_path):
    (tmp_path / "t.csv").write_text("text,label\na,x\nb,y\n")
    config = config_of("text-classification", "t.csv", eval_fraction=0.1)
    with pytest.raises(UserError, match=r"A fraction \(0.1\) cannot be held out of streamed data"):
        streaming.stream_classification(config, tmp_path)
    config["eval"] = {**config["eval"], "strategy": "no"}
    assert streaming.stream_classification(config, tmp_path).eval == []


@pytest.mark.parametrize("labels", [None, ["O", "PER"]])
def test_tokens(tmp_path, labels):
    tags = [1, 0] if labels else ["PER", "O"]
    (tmp_path / "t.jsonl").write_text(lines({"tokens": ["Ada", "met"], "tags": tags}))
    config = config_of("token-classification", "t.jsonl", eval="t.jsonl", labels=labels)
    data = streaming.stream_token_classification(config, tmp_path)
    assert data.labels == ["O", "PER"]
    assert [one.tags for one in data.train] == [one.tags for one in data.eval] == [[1, 0]]


def test_the_other_tasks(tmp_path):
    (tmp_path / "t.jsonl").write_text(
        lines({"prompt": "a", "completion": "b", "chosen": "b", "rejected": "c", "query": "q", "answer": "p"})
    )
    language = streaming.stream_language(config_of("causal-lm", "t.jsonl"), tmp_path)
    assert [(one.prompt, one.completion) for one in language.train] == [("a", "b")]
    assert language.facts["shape"] == "prompt-completion"
    preference = streaming.stream_preference(config_of("preference", "t.jsonl", eval="t.jsonl"), tmp_path)
    assert [(one.prompt, one.chosen, one.rejected) for one in preference.train] == [("a", "b", "c")]
    assert preference.eval == list(preference.train)
    pairs = streaming.stream_pairs(config_of("embedding", "t.jsonl"), tmp_path)
    assert [(one.anchor, one.positive) for one in pairs.train] == [("q", "p")]
