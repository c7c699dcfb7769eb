"""What examples of each task look like to a trainer. That rows, split and errors equal the TypeScript side's is tested there."""

import json
from pathlib import Path

import pytest

from support.runs import DEFAULTS
from tuning_fork.data import load_classification, load_language, load_pairs, load_preference, load_token_classification
from tuning_fork.errors import UserError


def config_of(task, train="t.jsonl", **data):
    return {**DEFAULTS, "task": task, "data": {**DEFAULTS["data"], "train": train, "eval_fraction": 0, **data}}


def write(folder: Path, *rows, name="t.jsonl"):
    (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


USER = {"role": "user", "content": "hello"}
BOT = {"role": "assistant", "content": "good day"}


def test_roles_of_sharegpt_become_those_of_chat_templates(tmp_path):
    turns = [("system", "s"), ("human", "a"), ("gpt", "b"), ("observation", "c"), ("function_call", "{}"), ("odd", "d")]
    write(tmp_path, {"conversations": [{"from": who, "value": text} for who, text in turns]})
    data = load_language(config_of("causal-lm"), tmp_path)
    assert data.shape == "sharegpt"
    assert data.facts["shape"] == "sharegpt"
    spoken = data.train[0].messages
    assert [(one["role"], one["content"]) for one in spoken] == [
        ("system", "s"),
        ("user", "a"),
        ("assistant", "b"),
        ("tool", "c"),
        ("assistant", "{}"),
        ("odd", "d"),
    ]


def test_messages_keep_their_calls_and_lose_their_parts(tmp_path):
    calls = [{"type": "function", "function": {"name": "f", "arguments": {"x": 1}}}]
    write(
        tmp_path,
        {
            "messages": [
                {"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]},
                {"role": "assistant", "content": None, "tool_calls": calls},
                {"role": "tool", "content": "1", "name": "f", "tool_call_id": None},
            ]
        },
    )
    example = load_language(config_of("causal-lm"), tmp_path).train[0]
    assert example.kind == "messages"
    assert example.messages == [
        {"role": "user", "content": "ab"},
        {"role": "assistant", "content": "", "tool_calls": calls},
        {"role": "tool", "content": "1", "name": "f"},
    ]


def test_instructions_are_prompts(tmp_path):
    write(
        tmp_path,
        {"instruction": "add", "input": "1 2", "output": "3"},
        {"instruction": "say hi", "input": "", "output": "hi"},
        {"instruction": "say ho", "output": "ho"},
    )
    data = load_language(config_of("causal-lm"), tmp_path)
    assert data.shape == "alpaca"
    assert [(one.kind, one.prompt, one.completion) for one in data.train] == [
        ("prompt-completion", "add\n1 2", "3"),
        ("prompt-completion", "say hi", "hi"),
        ("prompt-completion", "say ho", "ho"),
    ]


def test_a_prompt_and_its_answer_are_both_texts_or_both_messages(tmp_path):
    write(tmp_path, {"prompt": "hello", "completion": [BOT]}, {"prompt": [USER], "completion": "bye"})
    one, other = load_language(config_of("causal-lm"), tmp_path).train
    assert (one.prompt, one.completion) == ([USER], [BOT])
    assert (other.prompt, other.completion) == ([USER], [{"role": "assistant", "content": "bye"}])


def test_a_conversation_without_messages_is_named(tmp_path):
    write(tmp_path, {"messages": [USER]}, {"messages": []})
    with pytest.raises(UserError, match=r"row 2 \(line 2\): the column messages holds a conversation without"):
        load_language(config_of("causal-lm"), tmp_path)


@pytest.mark.parametrize(
    ("row", "prompt", "chosen", "rejected"),
    [
        ({"prompt": "q", "chosen": "a", "rejected": "b"}, "q", "a", "b"),
        # What both begin with is the prompt; a word is not cut.
        ({"chosen": "Q: why\nA: because", "rejected": "Q: why\nA: before"}, "Q: why\nA:", " because", " before"),
        ({"chosen": "yes", "rejected": "yellow"}, "", "yes", "yellow"),
        (
            {"chosen": [USER, BOT], "rejected": [USER, {**BOT, "content": "no"}]},
            [USER],
            [BOT],
            [{**BOT, "content": "no"}],
        ),
        # The last message is an answer, even when it is the same one.
        ({"chosen": [USER, BOT], "rejected": [USER, BOT]}, [USER], [BOT], [BOT]),
        # The prompt stands beside answers that hold the whole conversation.
        (
            {"prompt": "hello", "chosen": [USER, BOT], "rejected": [USER, USER]},
            [USER],
            [BOT],
            [USER],
        ),
        (
            {"prompt": [USER], "chosen": [USER, BOT], "rejected": [USER, USER]},
            [USER],
            [BOT],
            [USER],
        ),
        (
            {"prompt": "hello", "chosen": [BOT], "rejected": "no"},
            [USER],
            [BOT],
            [{"role": "assistant", "content": "no"}],
        ),
    ],
)
def test_answers_do_not_repeat_their_prompt(tmp_path, row, prompt, chosen, rejected):
    write(tmp_path, row)
    (example,) = load_preference(config_of("preference"), tmp_path).train
    assert (example.prompt, example.chosen, example.rejected) == (prompt, chosen, rejected)


@pytest.mark.parametrize("rejected", [None, "  ", []])
def test_a_missing_answer_is_named(tmp_path, rejected):
    write(
        tmp_path, {"prompt": "q", "chosen": "a", "rejected": "b"}, {"prompt": "q", "chosen": "a", "rejected": rejected}
    )
    with pytest.raises(UserError, match=r"row 2 \(line 2\): the column rejected has no answer"):
        load_preference(config_of("preference"), tmp_path)


@pytest.mark.parametrize(
    ("row", "kind", "values"),
    [
        ({"anchor": "a", "positive": "b"}, "pairs", ("a", "b", None, None, None)),
        ({"anchor": "a", "positive": "b", "negative": "c"}, "triplets", ("a", "b", "c", None, None)),
        ({"sentence1": "a", "sentence2": "b", "score": 4}, "scored", ("a", "b", None, 4.0, None)),
        # A class of the pair is no score.
        ({"premise": "a", "hypothesis": "b", "label": 2}, "pairs", ("a", "b", None, None, None)),
        ({"text": "a", "label": 7}, "classes", ("a", None, None, None, "7")),
    ],
)
def test_pairs_are_told_by_their_columns(tmp_path, row, kind, values):
    write(tmp_path, row)
    data = load_pairs(config_of("embedding"), tmp_path)
    (one,) = data.train
    assert data.kind == data.facts["kind"] == kind
    assert (one.anchor, one.positive, one.negative, one.score, one.label) == values
    assert data.labels == (["7"] if kind == "classes" else [])


def test_token_labels_are_indices_of_names_or_places(tmp_path):
    write(tmp_path, {"tokens": ["Ada", "met", 5], "tags": ["PER", "O", "O"]})
    data = load_token_classification(config_of("token-classification"), tmp_path)
    assert (data.labels, data.train[0].tokens, data.train[0].tags) == (["O", "PER"], ["Ada", "met", "5"], [1, 0, 0])
    assert data.class_counts == {"train": {"O": 2, "PER": 1}, "eval": {"O": 0, "PER": 0}}
    write(tmp_path, {"tokens": ["Ada", "met", "Bob"], "tags": [2, 0, 2]})
    data = load_token_classification(config_of("token-classification", labels=["O", "LOC", "PER"]), tmp_path)
    assert (data.labels, data.train[0].tags) == (["O", "LOC", "PER"], [2, 0, 2])


def test_a_class_that_only_evaluation_data_has_is_one(tmp_path):
    write(tmp_path, {"tokens": ["a", "b"], "tags": ["x", "z"]})
    write(tmp_path, {"tokens": ["c"], "tags": ["y"]}, name="e.jsonl")
    data = load_token_classification(config_of("token-classification", eval="e.jsonl"), tmp_path)
    assert (data.labels, data.train[0].tags, data.eval[0].tags) == (["x", "y", "z"], [0, 2], [1])


def test_half_a_character_does_not_stop_a_tokenizer(tmp_path):
    (tmp_path / "t.jsonl").write_text(
        '{"text": "\\ud83d half", "label": "a"}\n{"text": "\\ud83c\\udf89 whole", "label": "b"}\n', "utf-8"
    )
    data = load_classification(config_of("text-classification"), tmp_path)
    assert [one.text for one in data.train] == ["\ufffd half", "🎉 whole"]


def test_progress_is_told(tmp_path):
    (tmp_path / "t.csv").write_text("text,label\n" + "a,x\nb,y\n" * 5000, "utf-8")
    told = []
    load_classification(config_of("text-classification", "t.csv"), tmp_path, lambda: told.append(1))
    assert len(told) == 3


def test_parquet_without_pyarrow_says_what_to_install(tmp_path, monkeypatch):
    (tmp_path / "t.parquet").write_bytes(b"PAR1")
    monkeypatch.setitem(__import__("sys").modules, "pyarrow.parquet", None)
    with pytest.raises(UserError, match=r"t\.parquet is Parquet, which needs the package pyarrow") as caught:
        load_classification(config_of("text-classification", "t.parquet"), tmp_path)
    assert "-m pip install pyarrow" in caught.value.advice
