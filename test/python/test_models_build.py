"""Heads, pooling, frozen layers, gradient checkpointing and number formats."""

import json
from functools import partial

import pytest
import torch
from torch.utils.checkpoint import checkpoint

from support.building import LABELS, batch_of, build, logits, one_step, refused, resolved, small, state_of
from tuning_fork.torch_trainer.models.loading import DTYPE_ARGUMENT
from tuning_fork.torch_trainer.models.precision import resolve_precision, weights_dtype

# ---- what Transformers itself would build ----


def test_the_same_seed_gives_the_weights_of_a_bare_script(tmp_path, minilm):
    from transformers import AutoModelForSequenceClassification, set_seed

    built, tokenizer = build(resolved(minilm), tmp_path, seed=7)
    set_seed(7)
    bare = AutoModelForSequenceClassification.from_pretrained(minilm, num_labels=2, **{DTYPE_ARGUMENT: torch.float32})
    ours, theirs = state_of(built.model), state_of(bare)
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)
    # And the next random number is the same, so that dropout drops the same.
    set_seed(7)
    build(resolved(minilm), tmp_path, seed=7)
    drawn = torch.rand(1)
    set_seed(7)
    AutoModelForSequenceClassification.from_pretrained(minilm, num_labels=2)
    assert torch.equal(drawn, torch.rand(1))
    parameters = sum(one.numel() for one in bare.parameters())
    assert built.facts["totalParameters"] == built.facts["trainableParameters"] == parameters == 22_713_986
    assert built.model.config.id2label == {0: "ham", 1: "spam"}
    assert torch.equal(logits(built.model, tokenizer), logits(bare, tokenizer))


def test_a_full_checkpoint_loads_with_transformers_alone(tmp_path, minilm):
    from transformers import AutoModelForSequenceClassification

    built, tokenizer = build(resolved(minilm), tmp_path)
    one_step(built.model, tokenizer)
    built.model.save_pretrained(tmp_path / "saved")
    again, report = AutoModelForSequenceClassification.from_pretrained(tmp_path / "saved", output_loading_info=True)
    assert not report["missing_keys"] and not report["unexpected_keys"]
    assert torch.equal(logits(again, tokenizer), logits(built.model, tokenizer))
    assert again.config.id2label == {0: "ham", 1: "spam"}


def test_a_head_for_other_classes_is_replaced_and_one_for_as_many_is_kept(tmp_path, tiny):
    kept, _ = build(resolved(tiny), tmp_path, seed=1)
    other, _ = build(resolved(tiny), tmp_path, seed=2)
    assert torch.equal(kept.model.classifier.weight, other.model.classifier.weight)
    three, _ = build(resolved(tiny), tmp_path, labels=["a", "b", "c"], seed=1)
    assert three.model.classifier.weight.shape == (3, 64)
    assert three.notes == [
        f"The model {tiny} was trained to tell 2 classes apart, and the data has 3: it gets a new classifier, which starts "
        "random."
    ]


@pytest.mark.parametrize(
    ("task", "kind", "labels", "shape"),
    [
        ("token-classification", "BertForTokenClassification", ["O", "B", "I"], (3, 64)),
        ("embedding", "BertModel", None, None),
    ],
)
def test_each_task_has_its_class(tmp_path, tiny, task, kind, labels, shape):
    built, tokenizer = build(resolved(tiny, task=task), tmp_path, labels=labels)
    assert type(built.model).__name__ == kind
    if shape:
        assert built.model.classifier.weight.shape == shape
    output = built.model(**batch_of(tokenizer))
    (output.logits if labels else output.last_hidden_state).sum().backward()
    # Everything that is left to train gets a gradient: DDP waits for what does not.
    assert [name for name, one in built.model.named_parameters() if one.requires_grad and one.grad is None] == []


def test_an_architecture_without_the_task_is_refused(tmp_path, tiny):
    folder = small(tmp_path / "t", tiny, "electra")
    config = json.loads((folder / "config.json").read_text("utf-8"))
    (folder / "config.json").write_text(json.dumps({**config, "model_type": "vit"}), "utf-8")
    refused(lambda: build(resolved(folder, task="causal-lm"), tmp_path, labels=None), "has no form for this task")


def test_a_decoder_does_not_keep_what_only_generation_needs(tmp_path, tiny_llama):
    built, tokenizer = build(resolved(tiny_llama, task="causal-lm"), tmp_path, labels=None)
    assert built.model(**batch_of(tokenizer)).past_key_values is None
    assert built.model.generation_config.use_cache is not False


# ---- frozen layers ----


def moved(before, model):
    """Names of the weights that a step changed."""
    return {name for name, value in model.state_dict().items() if not torch.equal(value, before[name])}


def test_a_frozen_backbone_trains_head_and_pooler_only(tmp_path, minilm):
    built, tokenizer = build(resolved(minilm, method={"type": "freeze"}), tmp_path)
    before = state_of(built.model)
    one_step(built.model, tokenizer)
    head = {"classifier.weight", "classifier.bias", "bert.pooler.dense.weight", "bert.pooler.dense.bias"}
    assert moved(before, built.model) == head
    assert built.facts["trainableParameters"] == 384 * 2 + 2 + 384 * 384 + 384


def test_trap_4_a_frozen_backbone_gives_the_same_features_in_training(tmp_path, minilm):
    built, tokenizer = build(resolved(minilm, method={"type": "freeze"}, model={"dropout": 0.5}), tmp_path)
    built.model.train()
    with torch.no_grad():
        first, second = (built.model.bert(**batch_of(tokenizer)).last_hidden_state for _ in range(2))
        heads = [built.model(**batch_of(tokenizer)).logits for _ in range(2)]
    assert torch.equal(first, second)
    assert not torch.equal(*heads)  # the head's own dropout is at work
    built.model.eval()
    with torch.no_grad():
        assert torch.equal(first, built.model.bert(**batch_of(tokenizer)).last_hidden_state)


@pytest.mark.parametrize("kind", ["bert", "gpt2", "llama", "deberta-v2", "distilbert", "t5", "electra", "modernbert"])
def test_the_first_layers_and_the_embeddings_stay(tmp_path, tiny, kind):
    folder = small(tmp_path / kind, tiny, kind)
    built, tokenizer = build(resolved(folder, method={"type": "freeze", "freeze": 1}), tmp_path)
    tokenizer.model_input_names = ["input_ids", "attention_mask"]
    before = state_of(built.model)
    one_step(built.model, tokenizer)
    changed = moved(before, built.model)
    embeddings = built.model.get_input_embeddings().weight
    assert not embeddings.requires_grad
    layer = {"gpt2": "h.{}.", "t5": "encoder.block.{}.", "llama": "layers.{}.", "modernbert": "layers.{}."}.get(
        kind, "layer.{}."
    )
    assert not [name for name in changed if layer.format(0) in name]
    assert [name for name in changed if layer.format(1) in name]
    assert [name for name in changed if name.startswith(("classifier", "score", "classification_head"))]


@pytest.mark.parametrize("kind", ["bert", "gpt2"])
def test_trap_4_frozen_layers_compute_without_dropout(tmp_path, tiny, kind):
    folder = small(tmp_path / kind, tiny, kind)
    config = resolved(folder, method={"type": "freeze", "freeze": 1}, model={"dropout": 0.5})
    built, tokenizer = build(config, tmp_path)
    layers = built.model.bert.encoder.layer if kind == "bert" else built.model.transformer.h
    seen = []
    layers[1].register_forward_pre_hook(
        lambda _, inputs, named: seen.append((*inputs, *named.values())[0]), with_kwargs=True
    )
    built.model.train()
    tokenizer.model_input_names = ["input_ids", "attention_mask"]
    with torch.no_grad():
        outputs = [built.model(**batch_of(tokenizer)).logits for _ in range(2)]
    assert torch.equal(seen[0], seen[1])
    assert not torch.equal(*outputs)


def test_freezing_more_layers_than_there_are_is_refused(tmp_path, tiny):
    config = resolved(tiny, method={"type": "freeze", "freeze": 3})
    refused(lambda: build(config, tmp_path), "method.freeze is 3, but this bert model has 2 layers.", "up to 2")


def test_freezing_all_is_refused(tmp_path, tiny, tiny_gpt2):
    tied = resolved(tiny_gpt2, task="causal-lm", method={"type": "freeze"})
    refused(lambda: build(tied, tmp_path, labels=None), "leaves nothing", "shares its weights with the embeddings")
    refused(
        lambda: build(resolved(tiny, task="embedding", method={"type": "freeze"}), tmp_path, labels=None),
        "leaves nothing",
    )


# ---- gradient checkpointing ----


@pytest.mark.parametrize("method", ["full", "lora", "freeze"])
@pytest.mark.parametrize("kind", ["bert", "llama"])
def test_checkpointing_gives_the_same_gradients(tmp_path, tiny, tiny_llama, kind, method):
    """Below frozen layers too, where the reentrant form finds nothing that needs a gradient."""

    def gradients(checkpointing):
        config = resolved(
            {"bert": tiny, "llama": tiny_llama}[kind],
            method={"type": method, "lora_dropout": 0, "freeze": 1},
            train={"gradient_checkpointing": checkpointing},
            model={"dropout": 0},
        )
        built, tokenizer = build(config, tmp_path)
        assert built.facts["model"]["gradientCheckpointing"] is checkpointing
        built.model.train()
        built.model(**batch_of(tokenizer)).logits.square().sum().backward()
        return {name: one.grad for name, one in built.model.named_parameters() if one.requires_grad}

    plain, again = gradients(False), gradients(True)
    assert plain.keys() == again.keys()
    for name, gradient in plain.items():
        assert gradient is not None and torch.allclose(gradient, again[name], atol=1e-6), name
    assert any(gradient.abs().max() > 0 for gradient in plain.values())


@pytest.mark.parametrize("method", ["lora", "qlora"])
def test_adapters_get_gradients_from_code_that_checkpoints_in_its_own_way(tmp_path, tiny_llama, method):
    """As models with code of their own do, which take the reentrant form whatever they are told."""
    config = resolved(tiny_llama, method={"type": method}, train={"gradient_checkpointing": True})
    built, tokenizer = build(config, tmp_path)
    base = built.model.base_model.model
    base._set_gradient_checkpointing(True, partial(checkpoint, use_reentrant=True))
    built.model.train()
    built.model(**batch_of(tokenizer)).logits.sum().backward()
    assert [name for name, one in built.model.named_parameters() if one.requires_grad and one.grad is None] == []


def test_checkpointing_computes_the_layers_again(tmp_path, tiny):
    def passes(checkpointing):
        built, tokenizer = build(resolved(tiny, train={"gradient_checkpointing": checkpointing}), tmp_path)
        calls = []
        built.model.bert.encoder.layer[0].attention.self.query.register_forward_hook(lambda *_: calls.append(1))
        built.model.train()
        built.model(**batch_of(tokenizer)).logits.sum().backward()
        return len(calls)

    assert (passes(False), passes(True), passes("auto")) == (1, 2, 1)


def test_checkpointing_that_an_architecture_lacks_is_refused(tmp_path, tiny):
    folder = small(tmp_path / "m", tiny, "mpnet")
    build(resolved(folder), tmp_path)
    config = resolved(folder, train={"gradient_checkpointing": True})
    refused(lambda: build(config, tmp_path), "no gradient checkpointing for mpnet", "train.gradient_checkpointing")


# ---- number formats ----


def test_precision_on_a_cpu(tiny):
    def of(precision):
        return resolve_precision(resolved(tiny, train={"precision": precision}), "cpu")

    assert (of("auto"), of("fp32"), of("bf16")) == ("fp32", "fp32", "bf16")
    refused(lambda: of("fp16"), "train.precision is fp16, but there is no GPU here", "Write fp32.")


@pytest.mark.parametrize(("capability", "expected"), [((7, 5), "fp16"), ((8, 0), "bf16"), ((9, 0), "bf16")])
def test_precision_auto_on_a_gpu_is_what_the_card_has(tiny, monkeypatch, capability, expected):
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda *_: capability)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda *_: "a card")
    assert resolve_precision(resolved(tiny), "cuda") == expected
    wanted = resolved(tiny, train={"precision": "bf16"})
    if expected == "bf16":
        assert resolve_precision(wanted, "cuda") == "bf16"
    else:
        refused(lambda: resolve_precision(wanted, "cuda"), "a card has compute capability 7.5", "Write fp16.")


def test_weights_that_train_are_fp32_and_a_frozen_base_is_in_the_precisions_format(tmp_path, tiny):
    for method, dtype in [("full", torch.float32), ("freeze", torch.float32), ("lora", torch.bfloat16)]:
        config = resolved(tiny, method={"type": method}, train={"precision": "bf16"})
        assert weights_dtype(config, "bf16") is dtype
        built, tokenizer = build(config, tmp_path)
        assert built.model.get_input_embeddings().weight.dtype is dtype
        assert {one.dtype for one in built.model.parameters() if one.requires_grad} == {torch.float32}
        with torch.autocast("cpu", torch.bfloat16):
            one_step(built.model, tokenizer)
    assert list(built.model.config.id2label.values()) == LABELS


@pytest.mark.parametrize(("wanted", "got"), [("auto", "sdpa"), ("eager", "eager"), ("sdpa", "sdpa")])
def test_attention_is_the_one_that_was_asked_for(tmp_path, tiny, wanted, got):
    built, _ = build(resolved(tiny, model={"attn_implementation": wanted}), tmp_path)
    assert built.facts["model"]["attention"] == got


def test_flash_attention_that_is_not_there_is_one_sentence(tmp_path, tiny):
    config = resolved(tiny, model={"attn_implementation": "flash_attention_2"})
    refused(lambda: build(config, tmp_path), "flash attention", "model.attn_implementation")
