"""Preferences: DPO's figures are TRL's, recorded, resumed and judged as every run is."""

import math
import sys

import pytest
import torch

from support import language, runs

pytest.importorskip("trl")


def pairs(count):
    """Prompts with a good and a bad answer, of different length."""
    return [
        {
            "prompt": f"Light {at} is {colour}. What now? ",
            "chosen": language.ANSWERS[colour],
            "rejected": "nothing at all" if at % 2 else "sing",
        }
        for at, colour in ((at, language.COLOURS[at % 3]) for at in range(count))
    ]


@pytest.fixture
def pair_files(tmp_path):
    language.write_jsonl(tmp_path / "train.jsonl", pairs(22))
    language.write_jsonl(tmp_path / "eval.jsonl", pairs(7))
    return tmp_path


def config(model, /, **groups):
    evaluation = {"metrics": ["loss", "reward_accuracy", "reward_margin"], **groups.pop("eval", {})}
    return language.config(model, task="preference", eval=evaluation, **groups)


@pytest.mark.parametrize("method", ["full", "lora"])
def test_losses_and_gradients_are_those_of_trls_own_trainer(tmp_path, pair_files, tiny_llama, train, method):
    """TRL tokenises the texts itself here, so this holds our rows against its as well."""
    from datasets import Dataset
    from peft import LoraConfig
    from transformers import AutoModelForCausalLM, AutoTokenizer, set_seed
    from trl import DPOConfig, DPOTrainer

    language.write_jsonl(tmp_path / "train.jsonl", pairs(24))
    run = train(
        config(
            tiny_llama,
            run={"seed": 7},
            method={"type": method, "lora_dropout": 0.0},
            train={"num_train_epochs": 2, "warmup": 2},
        )
    )
    set_seed(7)
    arguments = DPOConfig(
        output_dir=str(tmp_path / "bare"),
        per_device_train_batch_size=8,
        num_train_epochs=2,
        learning_rate=1e-3,
        warmup_steps=2,
        weight_decay=0.01,
        seed=7,
        use_cpu=True,
        bf16=False,
        logging_steps=1,
        gradient_checkpointing=False,
        save_strategy="no",
        report_to=[],
        disable_tqdm=True,
        max_length=None,
    )
    adapters = LoraConfig(task_type="CAUSAL_LM", r=16, lora_alpha=32, lora_dropout=0.0)
    bare = DPOTrainer(
        model=AutoModelForCausalLM.from_pretrained(tiny_llama),
        args=arguments,
        train_dataset=Dataset.from_list(pairs(24)),
        processing_class=AutoTokenizer.from_pretrained(tiny_llama),
        peft_config=adapters if method == "lora" else None,
    )
    bare.train()
    rewards = {"train/reward_margin": "rewards/margins", "train/reward_accuracy": "rewards/accuracies"}
    assert runs.steps_compared(run, bare.state.log_history, rewards) == 6


@pytest.mark.parametrize("method", ["full", "lora"])
def test_begins_at_ln_2_and_learns_to_prefer(pair_files, tiny_llama, train, method):
    rate = 1e-3 if method == "full" else 1e-2
    run = train(config(tiny_llama, method={"type": method}, train={"num_train_epochs": 4, "learning_rate": rate}))
    losses, margins = run.series("train/loss"), run.series("eval/reward_margin")
    assert losses[1] == pytest.approx(math.log(2), abs=1e-6)
    assert losses[12] < 0.6
    values = list(margins.values())
    assert values == sorted(values) and values[0] > 0
    assert list(run.series("eval/reward_accuracy").values())[-1] == 1
    assert list(run.series("eval/loss").values())[-1] < math.log(2)
    assert run.facts["beta"] == 0.1
    saved = {path.name for path in run.checkpoint(12).iterdir()}
    assert not any("ref" in name for name in saved)
    table = run.of("table")[-1]
    assert table["columns"][:3] == ["prompt", "chosen", "rejected"]
    assert {row[-1] for row in table["rows"]} == set(range(1, 8))


def test_rewards_are_beta_times_the_log_ratio_to_the_base_model(pair_files, tiny_llama, train):
    settings = config(tiny_llama, method={"type": "lora"}, train={"learning_rate": 1e-2})
    run = train(settings)
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from tuning_fork.torch_trainer.models.trained import load_checkpoint

    tokenizer = AutoTokenizer.from_pretrained(tiny_llama)
    step = run.end["step"]
    policy = load_checkpoint(run.checkpoint(step), settings, pair_files, device="cpu").model.eval()
    base = AutoModelForCausalLM.from_pretrained(tiny_llama).eval()

    def log_probability(model, prompt, answer):
        ids = torch.tensor([tokenizer(prompt + answer)["input_ids"] + [tokenizer.eos_token_id]])
        begin = len(tokenizer(prompt)["input_ids"])
        # A blank at the prompt's end joins with the answer's first word: then the answer begins a token earlier.
        while ids[0, :begin].tolist() != tokenizer(prompt)["input_ids"][:begin]:
            begin -= 1
        with torch.no_grad():
            shares = model(ids).logits[0, :-1].log_softmax(-1)
        return shares[torch.arange(begin - 1, ids.shape[1] - 1), ids[0, begin:]].sum().item()

    margins = []
    for row in pairs(7):
        chosen, rejected = (
            0.1 * (log_probability(policy, row["prompt"], row[one]) - log_probability(base, row["prompt"], row[one]))
            for one in ("chosen", "rejected")
        )
        margins.append(chosen - rejected)
    assert run.series("eval/reward_margin")[step] == pytest.approx(sum(margins) / 7, abs=1e-5)
    losses = [math.log1p(math.exp(-margin)) for margin in margins]
    assert run.series("eval/loss")[step] == pytest.approx(sum(losses) / 7, abs=1e-5)


def test_batch_and_accumulation_give_the_same_losses_and_gradients(pair_files, tiny_llama, train):
    """22 pairs: the last step has 6 of them, in batches of 4 and 2; TRL's mean of means would weigh these two double."""
    figures = []
    for batch, accumulation in ((8, 1), (4, 2)):
        settings = {"per_device_train_batch_size": batch, "gradient_accumulation_steps": accumulation}
        run = train(config(tiny_llama, train={"num_train_epochs": 2, **settings}), run=f"b{batch}")
        names = ("train/loss", "train/grad_norm", "train/reward_margin", "eval/loss")
        figures.append([run.series(name) for name in names])
    for ours, reference in zip(figures[1], figures[0], strict=True):
        assert ours == pytest.approx(reference, abs=1e-5)


@pytest.mark.parametrize("method", ["full", "lora"])
def test_resume_equals_an_uninterrupted_run(pair_files, tiny_llama, train, method):
    settings = config(tiny_llama, method={"type": method}, train={"num_train_epochs": 3})
    whole = train(settings, run="whole")
    stopped = runs.train_and_stop(train, pair_files, settings, "stopped", 4)
    assert (stopped.end["outcome"], stopped.end["step"]) == ("stopped", 4)
    resumed = train(settings, run="stopped", segment=2, resume=stopped.checkpoint(4), from_step=4)
    for metric in ("train/loss", "train/grad_norm", "train/learning_rate", "train/reward_margin", "eval/loss"):
        assert resumed.series(metric) == whole.series(metric), metric


def test_conversations_go_through_the_template(pair_files, tiny_llama, train):
    asked = [{"role": "user", "content": "What now?"}]

    def answer(text):
        return [*asked, {"role": "assistant", "content": text}]

    rows = [{"chosen": answer("wait a moment"), "rejected": answer("sing")} for _ in range(8)]
    language.write_jsonl(pair_files / "train.jsonl", rows)
    language.write_jsonl(pair_files / "eval.jsonl", rows[:2])
    from tuning_fork.data.preference import load_preference
    from tuning_fork.torch_trainer.models.locate import locate_model
    from tuning_fork.torch_trainer.models.tokenizer import load_tokenizer
    from tuning_fork.torch_trainer.tasks.dpo.encode import PairEncoder

    settings = config(tiny_llama)
    tokenizer = load_tokenizer(settings, locate_model(str(tiny_llama), pair_files))
    example = load_preference(settings, pair_files).train[0]
    pair = PairEncoder(settings, tokenizer, 96).encode(example)
    texts = [tokenizer.decode(ids) for ids in (pair.prompt, pair.chosen, pair.rejected)]
    assert texts == ["<|user|>\nWhat now?<|end|><|assistant|>\n", "wait a moment<|end|>", "sing<|end|>"]
    run = train(settings)
    assert run.series("train/loss")[1] == pytest.approx(math.log(2), abs=1e-6)


def test_a_stream_of_pairs_is_read_over_and_over(pair_files, tiny_llama, train):
    settings = config(tiny_llama, data={"streaming": True}, train={"max_steps": 5})
    settings["eval"].update({"strategy": "steps", "steps": 5})
    run = train(settings)
    assert list(run.series("train/loss")) == [1, 2, 3, 4, 5]
    assert run.end["outcome"] == "finished"


def test_pairs_whose_prompt_fills_the_length_are_left_out_and_counted(pair_files, tiny_llama, train):
    language.write_jsonl(pair_files / "train.jsonl", [*pairs(8), {**pairs(1)[0], "prompt": "very long " * 60}])
    run = train(config(tiny_llama))
    said = [event["message"] for event in run.of("alert")]
    assert said[0].startswith(
        "1 of 9 training rows are left out: their prompt alone fills data.max_length of 96 tokens"
    )
    assert run.facts["trainRows"] == 8


def test_a_missing_trl_is_one_sentence_with_the_command(pair_files, tiny_llama, train, monkeypatch):
    monkeypatch.setitem(sys.modules, "trl", None)
    run = train(config(tiny_llama), fails=True)
    assert run.end["code"] == "package-missing"
    assert run.end["reason"].startswith("task: preference needs the package trl")
    assert run.end["reason"].endswith("-m pip install trl.")


def test_another_trl_is_refused_with_the_range(pair_files, tiny_llama, train, monkeypatch):
    import trl

    monkeypatch.setattr(trl, "__version__", "0.9.6")
    run = train(config(tiny_llama), fails=True)
    assert run.end["code"] == "package-version"
    assert "trl>=1.16,<2" in run.end["reason"]


def test_distillation_is_refused(pair_files, tiny_llama, train):
    teacher = {"name_or_path": str(tiny_llama), "temperature": 2.0, "alpha": 0.5}
    run = train(config(tiny_llama, method={"type": "distill", "teacher": teacher}), fails=True)
    assert "distill is for text-classification and causal-lm" in run.end["reason"]
