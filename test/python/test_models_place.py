"""Where a model lies, its tokenizer, its positions, its dropout."""

import json
import shutil
from pathlib import Path

import pytest

from support.building import build, refused, resolved, small
from tuning_fork.torch_trainer.models.loading import read_model_config
from tuning_fork.torch_trainer.models.locate import locate_model
from tuning_fork.torch_trainer.models.positions import longest_text
from tuning_fork.torch_trainer.models.tokenizer import load_tokenizer

# ---- locate ----


def test_a_folder_is_found_from_the_configs_folder_without_a_dot(tmp_path):
    (tmp_path / "models/mine").mkdir(parents=True)
    place = locate_model("models/mine", tmp_path)
    assert (place.path, place.is_folder, place.arguments) == (str(tmp_path / "models/mine"), True, {})
    assert locate_model("./models/mine", tmp_path).path == place.path
    assert locate_model(str(tmp_path / "models/mine"), Path("/")).path == place.path


def test_home_is_written_with_a_tilde(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "model").mkdir()
    assert locate_model("~/model", Path("/nowhere")).path == str(tmp_path / "model")


def test_a_hub_id_has_its_revision_after_an_at(tmp_path):
    place = locate_model("google-bert/bert-base-uncased@v1.0", tmp_path)
    assert (place.path, place.revision, place.is_folder) == ("google-bert/bert-base-uncased", "v1.0", False)
    assert locate_model("gpt2", tmp_path).arguments == {"revision": "main"}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("./nowhere", ["There is no model folder", "nowhere", "model.name_or_path"]),
        ("~/no/such/model", ["There is no model folder"]),
        ("builtin:tiny", ["builtin:tiny is a model of the embedded trainer", "model.framework to tfjs"]),
        ("a b/c", ['"a b/c" is neither a folder nor the id of a model.']),
        ("org/../name", ["neither a folder"]),
        ("modèle", ["neither a folder"]),
    ],
)
def test_other_names_are_refused(tmp_path, name, words):
    refused(lambda: locate_model(name, tmp_path), *words)


# ---- files that are not there, or not whole ----


def test_a_folder_without_config_is_named(tmp_path):
    (tmp_path / "m").mkdir()
    refused(lambda: build(resolved("./m"), tmp_path), "has no config.json")


def test_an_adapter_is_not_a_model(tmp_path, tiny):
    folder = tmp_path / "adapter"
    shutil.copytree(tiny, folder)
    (folder / "config.json").unlink()
    (folder / "adapter_config.json").write_text("{}", "utf-8")
    refused(
        lambda: read_model_config(locate_model("./adapter", tmp_path), trust_remote_code=False),
        "holds an adapter, not a model",
    )


def test_weights_that_are_missing_or_cut_short_are_one_sentence(tmp_path, tiny):
    folder = tmp_path / "m"
    shutil.copytree(tiny, folder)
    weights = folder / "model.safetensors"
    whole = weights.read_bytes()
    weights.write_bytes(whole[: len(whole) // 2])
    refused(lambda: build(resolved("./m"), tmp_path), "are not whole", str(folder))
    weights.unlink()
    refused(lambda: build(resolved("./m"), tmp_path), "has no weights", str(folder))


def test_weights_of_another_size_are_refused(tmp_path, tiny):
    folder = tmp_path / "m"
    shutil.copytree(tiny, folder)
    config = json.loads((folder / "config.json").read_text("utf-8"))
    (folder / "config.json").write_text(json.dumps({**config, "intermediate_size": 96}), "utf-8")
    for labels in (["ham", "spam"], ["a", "b", "c"]):
        refused(lambda labels=labels: build(resolved("./m"), tmp_path, labels=labels), str(folder))


def test_weights_of_another_architecture_are_refused(tmp_path, tiny):
    folder = tmp_path / "m"
    shutil.copytree(tiny, folder)
    config = json.loads((folder / "config.json").read_text("utf-8"))
    (folder / "config.json").write_text(json.dumps({**config, "model_type": "electra"}), "utf-8")
    refused(lambda: build(resolved("./m"), tmp_path), "electra", "are not in the files")


def test_weights_that_are_missing_in_part_are_noted(tmp_path, tiny):
    from safetensors.torch import load_file, save_file

    folder = tmp_path / "m"
    shutil.copytree(tiny, folder)
    weights = load_file(folder / "model.safetensors")
    del weights["bert.encoder.layer.1.output.dense.weight"]
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    built, _ = build(resolved("./m"), tmp_path)
    assert built.notes == [
        f"1 weights of the model are not in the files of {folder} and start random, "
        "bert.encoder.layer.1.output.dense.weight among them."
    ]


def test_a_model_that_the_hub_cannot_give_is_one_sentence(tmp_path):
    refused(
        lambda: build(resolved("no-such-org/no-such-model"), tmp_path),
        "no-such-org/no-such-model",
        "hub",
    )


def test_an_unknown_architecture_is_one_sentence(tmp_path):
    (tmp_path / "m").mkdir()
    (tmp_path / "m/config.json").write_text('{"model_type": "from-the-future"}', "utf-8")
    refused(
        lambda: read_model_config(locate_model("./m", tmp_path), trust_remote_code=False),
        "does not know the architecture",
    )


def test_code_that_a_model_brings_runs_only_when_it_is_allowed(tmp_path, monkeypatch):
    monkeypatch.setattr("transformers.dynamic_module_utils.HF_MODULES_CACHE", str(tmp_path / "modules"))
    folder = tmp_path / "m"
    folder.mkdir()
    (folder / "configuration_own.py").write_text(
        "from transformers import BertConfig\n\n\nclass OwnConfig(BertConfig):\n    model_type = 'own-and-new'\n",
        "utf-8",
    )
    auto_map = {"AutoConfig": "configuration_own.OwnConfig"}
    (folder / "config.json").write_text(json.dumps({"model_type": "own-and-new", "auto_map": auto_map}), "utf-8")
    place = locate_model("./m", tmp_path)
    refused(
        lambda: read_model_config(place, trust_remote_code=False), "Python code of its own", "model.trust_remote_code"
    )
    assert type(read_model_config(place, trust_remote_code=True)).__name__ == "OwnConfig"


# ---- tokenizer ----


def test_a_decoder_without_padding_token_pads_with_the_end_of_text(tmp_path, tiny_gpt2):
    built, tokenizer = build(resolved(tiny_gpt2), tmp_path)
    assert tokenizer.pad_token == tokenizer.eos_token == "<|endoftext|>"
    assert built.model.config.pad_token_id == tokenizer.eos_token_id
    # The table was not made with that id as padding, whose row would never train.
    assert built.model.transformer.wte.padding_idx is None


def test_padding_does_not_change_what_a_decoder_says_of_a_text(tmp_path, tiny_llama):
    import torch

    built, tokenizer = build(resolved(tiny_llama, model={"dropout": 0}), tmp_path)
    built.model.eval()
    with torch.no_grad():
        alone = built.model(**tokenizer(["ok"], return_tensors="pt")).logits
        batch = tokenizer(
            ["ok", "a much longer text that makes the other one be padded"], padding=True, return_tensors="pt"
        )
        together = built.model(**batch).logits
    assert torch.allclose(alone[0], together[0], atol=1e-5)


def test_a_model_without_segments_gets_no_segment_ids(tmp_path, tiny, tiny_gpt2):
    """GPT-2 would add the first word of its vocabulary to every token."""
    folder = tmp_path / "m"
    shutil.copytree(tiny_gpt2, folder)
    settings = json.loads((folder / "tokenizer_config.json").read_text("utf-8"))
    settings["model_input_names"] = ["input_ids", "token_type_ids", "attention_mask"]
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), "utf-8")
    tokenizer = load_tokenizer(resolved(folder), locate_model(str(folder), tmp_path))
    assert sorted(tokenizer("hello")) == ["attention_mask", "input_ids"]
    assert "token_type_ids" in load_tokenizer(resolved(tiny), locate_model(str(tiny), tmp_path))("hello")


def test_a_tokenizer_that_cannot_pad_is_refused(tmp_path, tiny_gpt2):
    folder = tmp_path / "m"
    shutil.copytree(tiny_gpt2, folder)
    settings = json.loads((folder / "tokenizer_config.json").read_text("utf-8"))
    settings.pop("eos_token")
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), "utf-8")
    (folder / "special_tokens_map.json").unlink(missing_ok=True)
    refused(lambda: load_tokenizer(resolved(folder), locate_model(str(folder), tmp_path)), "neither a padding token")


def test_a_model_without_tokenizer_is_refused(tmp_path, tiny):
    folder = tmp_path / "m"
    shutil.copytree(tiny, folder)
    for name in ("tokenizer.json", "tokenizer_config.json", "vocab.txt", "special_tokens_map.json"):
        (folder / name).unlink(missing_ok=True)
    refused(lambda: load_tokenizer(resolved(folder), locate_model(str(folder), tmp_path)), str(folder), "tokenizer")


def test_the_chat_template_comes_from_the_model_a_file_or_the_config(tmp_path, tiny_llama):
    place = locate_model(str(tiny_llama), tmp_path)
    messages = [{"role": "user", "content": "hello"}]

    def text(template):
        config = resolved(tiny_llama, data={"chat_template": template})
        return load_tokenizer(config, place).apply_chat_template(messages, tokenize=False)

    assert text(None).strip() == "<|user|>\nhello<|end|>"
    inline = "{% for m in messages %}[{{ m.content }}]{% endfor %}"
    assert text(inline) == "[hello]"
    (tmp_path / "chat.jinja").write_text("{{ messages[0].content }}!", "utf-8")
    assert text("chat.jinja") == text("./chat.jinja") == "hello!"


def test_a_chat_template_that_is_missing_or_broken_is_named(tmp_path, tiny_llama):
    place = locate_model(str(tiny_llama), tmp_path)

    def load(template):
        return lambda: load_tokenizer(resolved(tiny_llama, data={"chat_template": template}), place)

    refused(load("nowhere.jinja"), f"There is no chat template {tmp_path / 'nowhere.jinja'}.", "data.chat_template")
    refused(load("{% for m in messages %}{{ m.content }}"), "is no valid Jinja")
    (tmp_path / "bytes.jinja").write_bytes(b"\xff\xfe{{")
    refused(load("bytes.jinja"), "it is not UTF-8 text")
    refused(load("."), "cannot be read")
    # One that insists on a system message is a template nevertheless.
    load("{% if messages[0].role != 'system' %}{{ raise_exception('no system message') }}{% endif %}")()


# ---- positions ----


@pytest.mark.parametrize(
    ("kind", "asked", "expected"),
    [
        ("bert", 256, 80),
        ("bert", 64, 64),
        ("roberta", 256, 79),
        ("gpt2", 256, 80),
        ("llama", 256, 256),
        ("t5", 256, 256),
    ],
)
def test_texts_are_no_longer_than_the_table_of_positions(tmp_path, tiny, kind, asked, expected):
    import torch
    from transformers import AutoConfig, AutoModel

    folder = small(tmp_path / kind, tiny, kind)
    config = AutoConfig.from_pretrained(folder)
    length = longest_text(config, asked)
    assert length == expected
    if kind == "t5":
        return
    # As many tokens work; where the table is what limits, one more does not.
    model = AutoModel.from_pretrained(folder).eval()
    model(input_ids=torch.full((1, length), 7))
    if expected not in (asked,):
        with pytest.raises((IndexError, RuntimeError)):
            model(input_ids=torch.full((1, length + 1), 7))


def test_a_run_cuts_texts_to_the_models_positions(tmp_path, tiny, mail_files, train):
    """The fixture's table has 128 rows, and the mails are longer."""
    run = train(resolved(tiny, data={**mail_files(16, 8), "max_length": 256}, train={"max_steps": 1}))
    assert run.end["outcome"] == "finished"
