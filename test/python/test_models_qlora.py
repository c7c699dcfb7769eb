"""QLoRA: what is packed, what learns, what is saved."""

import json
import shutil

import pytest
import torch

from support.building import TEXTS, build, logits, one_step, resolved, small, state_of
from tuning_fork.errors import UserError
from tuning_fork.torch_trainer.models.quantised import device_map, prepare_quantised


def qlora(name, bits=4, **groups):
    method = {"type": "qlora", "bits": bits, "lora_dropout": 0, **groups.pop("method", {})}
    return resolved(name, method=method, **groups)


def packed(model):
    """Names of the packed layers, without PEFT's wrappers around them."""
    kinds = ("Linear4bit", "Linear8bitLt")
    return [
        name for name, one in model.named_modules() if type(one).__name__ in kinds and not hasattr(one, "base_layer")
    ]


def test_a_new_head_is_drawn_as_without_quantisation(tmp_path, tiny):
    """Looking up which layers to leave out takes nothing from the generators."""
    folder = small(tmp_path / "m", tiny, "bert")
    plain, _ = build(resolved(folder, method={"type": "lora"}), tmp_path, seed=5)
    quantised, _ = build(qlora(folder), tmp_path, seed=5)
    ours, theirs = state_of(quantised.model), state_of(plain.model)
    for name in theirs:
        if "classifier" in name or "lora_A" in name:
            assert torch.equal(ours[name], theirs[name]), name


@pytest.mark.parametrize("bits", [4, 8])
def test_trap_6_head_and_pooler_are_not_packed_and_learn(tmp_path, minilm, bits):
    built, tokenizer = build(qlora(minilm, bits), tmp_path)
    names = packed(built.model)
    assert len(names) == 36 == built.facts["model"]["quantisedLayers"]
    assert not [name for name in names if "pooler" in name or "classifier" in name]
    assert {type(one).__name__ for one in built.model.modules()} & {"Linear4bit", "Linear8bitLt"}
    before = state_of(built.model)
    losses = [one_step(built.model, tokenizer) for _ in range(5)]
    assert losses[-1] < losses[0]
    after = state_of(built.model)
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    for part in ("lora_B", "classifier.modules_to_save", "pooler.modules_to_save"):
        assert [name for name in changed if part in name], part
    assert not [name for name in changed if "lora_" not in name and "modules_to_save" not in name]


@pytest.mark.parametrize(
    ("kind", "kept"),
    [
        ("roberta", "classifier"),
        ("distilbert", "pre_classifier"),
        ("deberta", "pooler"),
        ("llama", "score"),
    ],
)
def test_the_heads_of_other_architectures_are_not_packed(tmp_path, tiny, kind, kept):
    folder = small(tmp_path / kind, tiny, kind)
    built, tokenizer = build(qlora(folder, method={"target_modules": "all-linear"}), tmp_path)
    assert packed(built.model) and not [name for name in packed(built.model) if kept in name]
    tokenizer.model_input_names = ["input_ids", "attention_mask"]
    one_step(built.model, tokenizer)


def test_the_output_layer_is_not_packed(tmp_path, tiny_llama):
    config = qlora(tiny_llama, task="causal-lm", method={"target_modules": "all-linear"})
    built, tokenizer = build(config, tmp_path, labels=None)
    assert not [name for name in packed(built.model) if "lm_head" in name]
    # 2 layers × (q, k, v, o, gate, up, down)
    assert len(packed(built.model)) == 14
    batch = tokenizer(TEXTS, padding=True, return_tensors="pt")
    built.model.train()
    built.model(**batch, labels=batch["input_ids"]).loss.backward()
    assert all(one.grad is not None for one in built.model.parameters() if one.requires_grad)


@pytest.mark.parametrize("bits", [4, 8])
def test_a_reloaded_adapter_on_the_packed_base_says_the_same(tmp_path, tiny, bits):
    from tuning_fork.torch_trainer.models.trained import load_checkpoint

    built, tokenizer = build(qlora(tiny, bits), tmp_path)
    for _ in range(3):
        one_step(built.model, tokenizer, rate=0.5)
    trained = logits(built.model, tokenizer)
    folder = tmp_path / "step-3"
    built.model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    (folder / "tuning-fork.json").write_text(json.dumps({"step": 3, "labels": ["ham", "spam"]}), "utf-8")
    loaded = load_checkpoint(folder, qlora(tiny, bits), tmp_path, device="cpu")
    assert packed(loaded.model)
    assert torch.allclose(logits(loaded.model, tokenizer), trained, atol=1e-6)


def test_an_adapter_loads_over_the_unpacked_base_with_peft_alone(tmp_path, tiny):
    from peft import PeftModel
    from transformers import AutoModelForSequenceClassification

    built, tokenizer = build(qlora(tiny), tmp_path)
    for _ in range(3):
        one_step(built.model, tokenizer, rate=0.5)
    built.model.save_pretrained(tmp_path / "adapter")
    base = AutoModelForSequenceClassification.from_pretrained(tiny, num_labels=2)
    again = PeftModel.from_pretrained(base, tmp_path / "adapter")
    # The base in 4 bits is another one than in 32, so that the figures are close and no more (C33).
    difference = (logits(again, tokenizer) - logits(built.model, tokenizer)).abs().max()
    assert 0 < difference < 0.5


def test_nf4_without_double_quantisation_computes_in_the_precisions_format(tmp_path, tiny):
    built, tokenizer = build(qlora(tiny, train={"precision": "bf16"}), tmp_path)
    layer = built.model.base_model.model.bert.encoder.layer[0].attention.self.key
    assert type(layer).__name__ == "Linear4bit" and layer.compute_dtype is torch.bfloat16
    state = layer.weight.quant_state
    assert (state.quant_type, state.nested) == ("nf4", False)
    # Norms in fp32, tables of embeddings as they were loaded, what learns in fp32.
    assert built.model.base_model.model.bert.embeddings.LayerNorm.weight.dtype is torch.float32
    assert built.model.get_input_embeddings().weight.dtype is torch.bfloat16
    assert {one.dtype for one in built.model.parameters() if one.requires_grad} == {torch.float32}
    with torch.autocast("cpu", torch.bfloat16):
        one_step(built.model, tokenizer)


def test_parameters_are_counted_as_what_they_stand_for(tmp_path, minilm):
    packed_facts = build(qlora(minilm), tmp_path)[0].facts
    plain = build(resolved(minilm, method={"type": "lora"}), tmp_path)[0].facts
    for key in ("totalParameters", "trainableParameters", "targetModules"):
        assert packed_facts[key] == plain[key]


def test_gradient_checkpointing_of_a_packed_base_gives_the_same_gradients(tmp_path, tiny_llama):
    def gradients(checkpointing):
        config = qlora(tiny_llama, train={"gradient_checkpointing": checkpointing}, model={"dropout": 0})
        built, tokenizer = build(config, tmp_path)
        built.model.train()
        built.model(**tokenizer(TEXTS, padding=True, return_tensors="pt")).logits.square().sum().backward()
        return {name: one.grad for name, one in built.model.named_parameters() if one.requires_grad}

    plain, again = gradients(False), gradients(True)
    for name, gradient in plain.items():
        assert gradient is not None and torch.allclose(gradient, again[name], atol=1e-6), name


def test_a_base_that_is_packed_already_is_taken_as_it_is_and_not_trained_whole(tmp_path, tiny):
    from transformers import AutoModelForSequenceClassification, AutoTokenizer, BitsAndBytesConfig

    folder = tmp_path / "packed"
    settings = BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", llm_int8_skip_modules=["classifier", "bert.pooler"]
    )
    model = AutoModelForSequenceClassification.from_pretrained(
        tiny, quantization_config=settings, device_map={"": "cpu"}
    )
    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(tiny).save_pretrained(folder)
    for config in (qlora(folder), resolved(folder, method={"type": "lora"})):
        built, tokenizer = build(config, tmp_path)
        assert len(packed(built.model)) == 12
        one_step(built.model, tokenizer)
    with pytest.raises(UserError, match="quantised with bitsandbytes already, and packed weights cannot be trained"):
        build(resolved(folder), tmp_path)


def test_a_base_packed_by_another_method_is_not_packed_twice(tmp_path, tiny):
    folder = tmp_path / "gptq"
    shutil.copytree(tiny, folder)
    config = json.loads((folder / "config.json").read_text("utf-8"))
    config["quantization_config"] = {"quant_method": "gptq", "bits": 4}
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    with pytest.raises(UserError, match="quantised with gptq already; qlora would quantise it a second time"):
        build(qlora(folder), tmp_path)


def test_every_process_has_the_base_on_its_own_gpu(monkeypatch):
    assert device_map("cpu") == {"": "cpu"}
    monkeypatch.setenv("LOCAL_RANK", "3")
    assert device_map("cuda") == {"": 3}


def test_a_package_that_is_missing_is_one_sentence(tmp_path, tiny, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "bitsandbytes", None)
    with pytest.raises(UserError) as caught:
        build(qlora(tiny), tmp_path)
    assert "method.type: qlora needs the package bitsandbytes" in caught.value.sentence
    assert f"{sys.executable} -m pip install bitsandbytes" in caught.value.sentence


def test_preparing_leaves_nothing_of_the_base_to_train(tmp_path, tiny):
    from transformers import AutoModelForSequenceClassification, BitsAndBytesConfig

    settings = BitsAndBytesConfig(load_in_4bit=True)
    model = AutoModelForSequenceClassification.from_pretrained(
        tiny, quantization_config=settings, device_map={"": "cpu"}
    )
    prepare_quantised(model, torch.float32)
    assert not [name for name, one in model.named_parameters() if one.requires_grad]
