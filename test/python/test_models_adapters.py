"""LoRA, DoRA, rsLoRA: PEFT's own, and the same after saving and loading."""

import json

import pytest
import torch

from support.building import (
    LABELS,
    adapters,
    batch_of,
    build,
    descend,
    logits,
    one_step,
    refused,
    resolved,
    small,
    state_of,
)
from tuning_fork.torch_trainer.models.loading import DTYPE_ARGUMENT


def reloaded(model, tokenizer, base, tmp_path, kind, labels=2, **more):
    """What Transformers and PEFT alone load from the saved adapter."""
    from peft import PeftModel

    model.save_pretrained(tmp_path / "adapter")
    tokenizer.save_pretrained(tmp_path / "adapter")
    extra = {} if labels is None else {"num_labels": labels}
    loaded = kind.from_pretrained(base, **{DTYPE_ARGUMENT: torch.float32}, **extra, **more)
    if loaded.config.pad_token_id is None:
        loaded.config.pad_token_id = tokenizer.pad_token_id
    return PeftModel.from_pretrained(loaded, tmp_path / "adapter")


# ---- PEFT's own ----


@pytest.mark.parametrize(
    "method",
    [
        {},
        {"target_modules": "all-linear"},
        {"target_modules": ["query", "intermediate.dense"], "r": 4, "lora_alpha": 4, "lora_dropout": 0},
        {"use_dora": True},
        {"use_rslora": True},
    ],
    ids=["auto", "all-linear", "listed", "dora", "rslora"],
)
def test_adapters_are_pefts_to_the_last_bit(tmp_path, minilm, method):
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForSequenceClassification, set_seed

    built, tokenizer = build(adapters(minilm, **method), tmp_path, seed=3)
    set_seed(3)
    bare = AutoModelForSequenceClassification.from_pretrained(minilm, num_labels=2, **{DTYPE_ARGUMENT: torch.float32})
    settings = {"r": 16, "lora_alpha": 32, "lora_dropout": 0.05, **method}
    bare = get_peft_model(bare, LoraConfig(task_type="SEQ_CLS", modules_to_save=["classifier", "pooler"], **settings))
    ours, theirs = state_of(built.model), state_of(bare)
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)
    trainable, total = bare.get_nb_trainable_parameters()
    assert (built.facts["trainableParameters"], built.facts["totalParameters"]) == (trainable, total)
    # The same learning: gradients and dropout included.
    torch.manual_seed(1)
    first = one_step(built.model, tokenizer)
    torch.manual_seed(1)
    assert first == one_step(bare, tokenizer)
    ours, theirs = state_of(built.model), state_of(bare)
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)


def test_the_record_names_the_layers_that_were_adapted(tmp_path, minilm):
    facts = build(adapters(minilm), tmp_path)[0].facts
    assert facts["targetModules"] == ["query", "value"]
    assert set(facts["modulesToSave"]) == {"classifier", "pooler"}
    # 6 layers × 2 × 16 × (384 + 384), head and pooler.
    assert facts["trainableParameters"] == 6 * 2 * 16 * 768 + 770 + 384 * 385
    everything = build(adapters(minilm, target_modules="all-linear"), tmp_path)[0].facts
    assert everything["targetModules"] == ["query", "key", "value", "dense"]


@pytest.mark.parametrize(("use_rslora", "scaling"), [(False, 32 / 16), (True, 32 / 4)])
def test_rslora_divides_by_the_root_of_the_rank(tmp_path, tiny, use_rslora, scaling):
    built, _ = build(adapters(tiny, use_rslora=use_rslora), tmp_path)
    assert built.model.base_model.model.bert.encoder.layer[0].attention.self.query.scaling["default"] == scaling


def test_only_adapters_head_and_pooler_learn(tmp_path, tiny):
    built, tokenizer = build(adapters(tiny), tmp_path)
    before = state_of(built.model)
    for _ in range(2):  # B starts at 0, so that A learns from the second step on
        one_step(built.model, tokenizer)
    changed = {name for name, value in state_of(built.model).items() if not torch.equal(value, before[name])}
    assert changed
    assert all("lora_" in name or "modules_to_save" in name for name in changed), changed
    for part in ("lora_A", "lora_B", "classifier.modules_to_save", "pooler.modules_to_save"):
        assert [name for name in changed if part in name], part


# ---- saved and loaded ----


@pytest.mark.parametrize(
    "kind", ["bert", "roberta", "distilbert", "electra", "albert", "deberta-v2", "modernbert", "gpt2", "llama"]
)
@pytest.mark.parametrize("targets", ["auto", "all-linear"])
def test_a_reloaded_classifier_says_the_same(tmp_path, tiny, kind, targets):
    from transformers import AutoModelForSequenceClassification

    base = small(tmp_path / "base", tiny, kind)
    if targets == "auto" and kind in ("distilbert", "albert", "modernbert"):
        targets = "all-linear"  # PEFT chooses none for them
    built, tokenizer = build(adapters(base, target_modules=targets), tmp_path)
    tokenizer.model_input_names = ["input_ids", "attention_mask"]
    untrained = logits(built.model, tokenizer)
    for _ in range(3):
        one_step(built.model, tokenizer, rate=0.5)
    trained = logits(built.model, tokenizer)
    assert not torch.allclose(untrained, trained, atol=1e-3)
    torch.manual_seed(99)  # another random head, which the saved one has to replace
    again = reloaded(built.model, tokenizer, base, tmp_path, AutoModelForSequenceClassification)
    assert torch.allclose(logits(again, tokenizer), trained, atol=1e-6)
    merged = again.merge_and_unload()
    assert torch.allclose(logits(merged, tokenizer), trained, atol=1e-4)


@pytest.mark.parametrize("method", [{"use_dora": True}, {"use_rslora": True}], ids=["dora", "rslora"])
def test_reloaded_and_merged_variants_say_the_same(tmp_path, tiny, method):
    from transformers import AutoModelForSequenceClassification

    built, tokenizer = build(adapters(tiny, **method), tmp_path)
    for _ in range(3):
        one_step(built.model, tokenizer, rate=0.5)
    trained = logits(built.model, tokenizer)
    again = reloaded(built.model, tokenizer, tiny, tmp_path, AutoModelForSequenceClassification)
    saved = json.loads((tmp_path / "adapter/adapter_config.json").read_text("utf-8"))
    assert all(saved[name] is True for name in method)
    assert torch.allclose(logits(again, tokenizer), trained, atol=1e-6)
    assert torch.allclose(logits(again.merge_and_unload(), tokenizer), trained, atol=1e-4)


@pytest.mark.parametrize("kind", ["gpt2", "llama"])
def test_a_reloaded_language_model_says_the_same(tmp_path, tiny_gpt2, tiny_llama, kind):
    from transformers import AutoModelForCausalLM

    base = {"gpt2": tiny_gpt2, "llama": tiny_llama}[kind]
    config = resolved(base, task="causal-lm", method={"type": "lora", "target_modules": "all-linear"})
    built, tokenizer = build(config, tmp_path, labels=None)
    assert "lm_head" not in built.facts["targetModules"] and built.facts["modulesToSave"] == []
    batch = batch_of(tokenizer)
    built.model.train()
    for _ in range(3):
        descend(built.model, built.model(**batch, labels=batch["input_ids"]).loss, 1.0)
    trained = logits(built.model, tokenizer)
    again = reloaded(built.model, tokenizer, base, tmp_path, AutoModelForCausalLM, labels=None)
    assert torch.allclose(logits(again, tokenizer), trained, atol=1e-6)
    assert not torch.allclose(logits(AutoModelForCausalLM.from_pretrained(base), tokenizer), trained, atol=1e-3)


@pytest.mark.parametrize("base", ["tied", "untied"])
def test_embeddings_of_added_tokens_are_trained_and_saved(tmp_path, tiny_llama, base):
    from transformers import AutoModelForCausalLM, AutoTokenizer

    folder = tmp_path / "base"
    model = AutoModelForCausalLM.from_pretrained(tiny_llama)
    if base == "tied":
        model.config.tie_word_embeddings = True
        model.tie_weights()
    model.save_pretrained(folder)
    tokenizer = AutoTokenizer.from_pretrained(tiny_llama)
    tokenizer.add_tokens(["<new-a>", "<new-b>"])
    tokenizer.save_pretrained(folder)

    built, tokenizer = build(resolved(folder, task="causal-lm", method={"type": "lora"}), tmp_path, labels=None)
    assert built.model.get_input_embeddings().weight.shape[0] == len(tokenizer)
    assert "embed_tokens" in built.facts["modulesToSave"]
    texts = ["<new-a> hello <new-b>", "hello"]
    batch = batch_of(tokenizer, texts)
    built.model.train()
    for _ in range(3):
        descend(built.model, built.model(**batch, labels=batch["input_ids"]).loss, 1.0)
    trained = logits(built.model, tokenizer, texts)
    from tuning_fork.torch_trainer.models.trained import load_checkpoint

    built.model.save_pretrained(tmp_path / "adapter")
    tokenizer.save_pretrained(tmp_path / "adapter")
    config = resolved(folder, task="causal-lm", method={"type": "lora"})
    again = load_checkpoint(tmp_path / "adapter", config, tmp_path, device="cpu")
    assert torch.allclose(logits(again.model, again.tokenizer, texts), trained, atol=1e-6)


def test_an_adapter_that_lacks_its_head_is_one_sentence(tmp_path, tiny):
    from safetensors.torch import load_file, save_file

    from tuning_fork.torch_trainer.models.trained import load_checkpoint

    built, tokenizer = build(adapters(tiny), tmp_path)
    folder = tmp_path / "adapter"
    built.model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    weights = load_file(folder / "adapter_model.safetensors")
    save_file(
        {name: one for name, one in weights.items() if "classifier" not in name}, folder / "adapter_model.safetensors"
    )
    refused(lambda: load_checkpoint(folder, adapters(tiny), tmp_path, device="cpu"), str(folder), "classifier")


# ---- a checkpoint of ours ----


@pytest.mark.parametrize("pooling", ["auto", "mean", "cls"])
@pytest.mark.parametrize("method", ["full", "lora", "freeze"])
def test_a_checkpoint_predicts_what_the_run_did(tmp_path, tiny, method, pooling):
    from tuning_fork.torch_trainer.models.trained import load_checkpoint

    config = resolved(tiny, method={"type": method}, model={"pooling": pooling})
    built, tokenizer = build(config, tmp_path)
    for _ in range(3):
        one_step(built.model, tokenizer)
    trained = logits(built.model, tokenizer)
    folder = tmp_path / "checkpoints/step-3"
    built.model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    (folder / "tuning-fork.json").write_text(json.dumps({"step": 3, "labels": LABELS}), "utf-8")
    loaded = load_checkpoint(folder, config, tmp_path, device="cpu")
    assert (loaded.labels, loaded.precision) == (LABELS, "fp32")
    with loaded.autocast():
        assert torch.allclose(logits(loaded.model, loaded.tokenizer), trained, atol=1e-6)
    assert not loaded.model.training


def test_a_checkpoint_of_a_run_in_bf16_predicts_under_the_same_autocast(tmp_path, tiny):
    from tuning_fork.torch_trainer.models.trained import load_checkpoint

    config = resolved(tiny, method={"type": "lora"}, train={"precision": "bf16"})
    built, tokenizer = build(config, tmp_path)
    with torch.autocast("cpu", torch.bfloat16):
        one_step(built.model, tokenizer, rate=0.5)
    with torch.autocast("cpu", torch.bfloat16):  # another context, since one keeps its copies of weights
        trained = logits(built.model, tokenizer)
    built.model.save_pretrained(tmp_path / "step-1")
    tokenizer.save_pretrained(tmp_path / "step-1")
    loaded = load_checkpoint(tmp_path / "step-1", config, tmp_path, device="cpu")
    assert loaded.precision == "bf16"
    ours = state_of(built.model)
    trained_weights = {
        name: value for name, value in state_of(loaded.model).items() if "lora_" in name or "save." in name
    }
    assert trained_weights
    assert all(
        value.dtype == torch.float32 and torch.equal(value, ours[name]) for name, value in trained_weights.items()
    )
    with loaded.autocast():
        assert torch.equal(logits(loaded.model, loaded.tokenizer), trained)
