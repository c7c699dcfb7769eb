"""Two processes that share each step: the same figures as one, recorded once, ended together."""

import json
import os
import signal
import time

import pytest

from support import language, runs


def processes_of(run: str) -> list[tuple[int, int]]:
    """(pid, rank) of the live processes that were started for a run; rank -1 = the one that started the ranks."""
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/environ", "rb") as file:
                variables = dict(one.split(b"=", 1) for one in file.read().split(b"\0") if b"=" in one)
            with open(f"/proc/{name}/stat") as file:
                is_zombie = file.read().rsplit(")", 1)[1].split()[0] == "Z"
        except OSError:
            continue
        if variables.get(b"TUNING_FORK_RUN_DIR", b"").decode() == run and not is_zombie:
            found.append((int(name), int(variables.get(b"RANK", b"-1"))))
    return found


def ddp(model, data, **changes):
    settings = {"num_train_epochs": 2, "per_device_train_batch_size": 4, **changes}
    return runs.config(
        model, model={"dropout": 0.0}, data=data, train=settings, hardware={"strategy": "ddp", "devices": 2}
    )


def same_figures(two, one):
    """All losses and gradient norms, those of the short last step of an epoch too, and what was reached."""
    for name in ("train/loss", "train/grad_norm", "eval/loss"):
        assert list(two.series(name)) == list(one.series(name)) != []
        for step, value in one.series(name).items():
            assert two.series(name)[step] == pytest.approx(value, abs=1e-5), (name, step)


@pytest.mark.parametrize("rows", [57, 65], ids=["the second process has rows left out", "the second process has none"])
def test_rows_that_do_not_fill_the_processes_count_once(rows, tiny, mail_files, train, start):
    data = mail_files(rows, 12)
    settings = {"gradient_accumulation_steps": 2, "weight_decay": 0.1}
    single = ddp(tiny, data, per_device_train_batch_size=8, **settings)
    single["hardware"] = {**single["hardware"], "strategy": "single"}
    one = train(single, run="one")
    two = start(ddp(tiny, data, **settings), run="two")
    assert two.wait() == 0, two.output
    same_figures(two, one)


@pytest.mark.parametrize("kind", ["causal-lm", "packed", "token-classification"])
def test_rows_with_a_label_for_each_token_count_once_too(kind, tmp_path, tiny, tiny_llama, train, start):
    if kind != "token-classification":
        language.write_jsonl(tmp_path / "train.jsonl", language.chats(41 if kind == "packed" else 29))
        language.write_jsonl(tmp_path / "eval.jsonl", language.chats(6))
        settings, metric = language.config(tiny_llama, data={"packing": kind == "packed"}), "loss"
    else:
        rows = [
            {"tokens": ["win", "cash", str(at)][: 2 + at % 2], "tags": ["B-X", "O", "O"][: 2 + at % 2]}
            for at in range(29)
        ]
        for name in ("train", "eval"):
            language.write_jsonl(tmp_path / f"{name}.jsonl", rows)
        settings = runs.config(
            tiny,
            task=kind,
            model={"dropout": 0.0},
            data={"train": "train.jsonl", "eval": "eval.jsonl"},
            eval={"metrics": ["f1_micro"]},
        )
        metric = "f1_micro"
    settings["checkpoint"] = {**settings["checkpoint"], "metric_for_best_model": metric}

    def of(size, **hardware):
        own = {**settings["train"], "num_train_epochs": 2, "per_device_train_batch_size": size}
        return {**settings, "train": own, "hardware": {**settings["hardware"], **hardware}}

    one = train(of(8), run="one")
    two = start(of(4, strategy="ddp", devices=2), run="two")
    assert two.wait() == 0, two.output
    same_figures(two, one)


def test_two_processes_equal_one_with_twice_the_batch(tiny, mail_files, train, start):
    data = mail_files(60, 21)
    single = ddp(tiny, data, per_device_train_batch_size=8)
    single["hardware"] = {**single["hardware"], "strategy": "single"}
    one = train(single, run="one")
    two = start(ddp(tiny, data), run="two")
    assert two.wait() == 0, two.output
    assert two.end["outcome"] == "finished"
    assert two.facts["processes"] == 2
    assert len(two.series("train/loss")) == len(one.series("train/loss")) == 16
    same_figures(two, one)
    for name in ("eval/loss", "eval/accuracy", "eval/f1_macro"):
        assert len(two.series(name)) == 2
    manifest = json.loads((two.checkpoint(16) / "tuning-fork.json").read_text("utf-8"))
    assert manifest["step"] == 16
    assert {"rng_state_0.pth", "rng_state_1.pth"} <= {path.name for path in two.checkpoint(16).iterdir()}
    assert len(two.of("checkpoint")) == 2


def test_eval_loss_counts_21_rows_once_in_two_processes(tiny, mail_files, train, start):
    data = mail_files(16, 21)
    config = ddp(tiny, data, num_train_epochs=1, learning_rate=1e-9)
    single = {**config, "hardware": {**config["hardware"], "strategy": "single"}}
    one, two = train(single, run="one"), start(config, run="two")
    assert two.wait() == 0, two.output
    ours, reference = two.series("eval/loss"), one.series("eval/loss")
    assert list(ours.values()) == pytest.approx(list(reference.values()), abs=1e-6)


def test_a_stop_is_agreed_on_and_resumed_exactly(tiny, mail_files, start):
    data = mail_files(64, 20)
    config = ddp(tiny, data, num_train_epochs=6)
    whole = start(config, run="whole")
    assert whole.wait() == 0, whole.output
    stopped = start(config, run="stopped")
    stopped.wait_for_step(3)
    stopped.stop()
    assert stopped.wait() == 0, stopped.output
    assert stopped.end["outcome"] == "stopped"
    step = stopped.end["step"]
    resumed = start(config, run="stopped", segment=2, resume=stopped.checkpoint(step), from_step=step)
    assert resumed.wait() == 0, resumed.output
    assert resumed.series("train/loss") == whole.series("train/loss")
    assert resumed.series("eval/loss") == whole.series("eval/loss")


def test_a_killed_process_ends_the_run_with_its_reason(tiny, mail_files, start):
    run = start(ddp(tiny, mail_files(64, 20), num_train_epochs=200))
    run.wait_for_step(3)
    ranks = {rank: pid for pid, rank in processes_of(str(run.dir))}
    os.kill(ranks[1], signal.SIGKILL)
    began = time.monotonic()
    assert run.wait(60) == 1
    assert run.end["outcome"] == "failed"
    assert "Process 1 of 2 was ended by SIGKILL" in run.end["reason"], run.end
    assert time.monotonic() - began < 45
    assert processes_of(str(run.dir)) == []


def test_killing_the_run_leaves_no_process(tiny, mail_files, start):
    run = start(ddp(tiny, mail_files(64, 20), num_train_epochs=200))
    run.wait_for_step(1)
    assert sorted(rank for _, rank in processes_of(str(run.dir))) == [-1, 0, 1]
    run.kill()
    until = time.monotonic() + 20
    while processes_of(str(run.dir)) and time.monotonic() < until:
        time.sleep(0.1)
    assert processes_of(str(run.dir)) == []


def test_fsdp_on_a_cpu_is_refused_instead_of_silently_copying_the_model(tiny, mail_files, start):
    config = ddp(tiny, mail_files(16, 10), num_train_epochs=1)
    config["hardware"]["strategy"] = "fsdp"
    run = start(config)
    assert run.wait() == 1
    assert run.end["code"] == "sharding-needs-gpus"
    assert run.end["reason"].startswith("hardware.strategy: fsdp shares a model out over GPUs")


def test_settings_of_fsdp_and_deepspeed_follow_from_config_and_model(tiny, monkeypatch):
    from transformers import AutoModelForSequenceClassification

    from tuning_fork.errors import UserError
    from tuning_fork.torch_trainer import sharding

    model = AutoModelForSequenceClassification.from_pretrained(tiny)
    config = runs.config(tiny, hardware={"strategy": "fsdp", "devices": 2})
    settings = sharding.sharding_arguments(config, model, 10**6, "cuda")
    assert "BertLayer" in settings["fsdp_config"]["transformer_layer_cls_to_wrap"]
    assert sharding.sharding_arguments(runs.config(tiny), model, 10**6, "cpu") == {}
    config["hardware"]["strategy"] = "deepspeed"
    with pytest.raises(UserError, match="needs the package deepspeed, which is not installed"):
        sharding.sharding_arguments(config, model, 10**6, "cuda")
    monkeypatch.setattr(sharding, "find_spec", lambda name: object())
    small, large = (
        sharding.sharding_arguments(config, model, size, "cuda")["deepspeed"] for size in (10**8, 7 * 10**9)
    )
    assert small["zero_optimization"]["stage"] == 2
    assert large["zero_optimization"]["stage"] == 3
    assert large["gradient_accumulation_steps"] == "auto"
