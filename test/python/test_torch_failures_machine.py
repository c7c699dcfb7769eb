"""What commonly goes wrong with packages, devices, other processes and checkpoints: each ends with one clear sentence."""

import json
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from support.failures import Bench, Case, Table, expect_failure

MACHINE, CHECKPOINTS = Table(), Table()


# ---- packages and devices; where there is no such device, the words that it is known to say ----


@MACHINE.case("precision-not-supported", "train.precision is fp16", "no GPU here", "Write fp32")
def fp16_on_a_processor(bench):
    return bench.config(train={"precision": "fp16"})


@MACHINE.case(
    "precision-not-supported", "train.precision is bf16, but Old Card has compute capability 7.5", "Write fp16"
)
def bf16_on_an_old_card(bench):
    bench.monkeypatch.setattr("tuning_fork.torch_trainer.session.choose_device", lambda: "cuda")
    bench.monkeypatch.setattr(torch.cuda, "get_device_capability", lambda *_: (7, 5))
    bench.monkeypatch.setattr(torch.cuda, "get_device_name", lambda *_: "Old Card")
    return bench.config(train={"precision": "bf16"})


@MACHINE.case("transformers-unknown-arguments", "does not know", "Install transformers>=4.50,<6")
def transformers_that_is_too_old(bench):
    import dataclasses

    from transformers import TrainingArguments

    known = [field for field in dataclasses.fields(TrainingArguments) if field.name != "logging_nan_inf_filter"]
    # Of that module alone: dataclasses are made of what the real function says.
    older = SimpleNamespace(fields=lambda _: known)
    bench.monkeypatch.setattr("tuning_fork.torch_trainer.arguments.dataclasses", older)
    return bench.config()


@MACHINE.case(
    "package-version", "does not fit", "cannot import name 'NoSuchThing' from 'transformers'", "-m pip install"
)
def package_that_lacks_a_name(bench):
    def load() -> Exception:
        try:
            from transformers import NoSuchThing  # noqa: F401
        except ImportError as error:
            return error
        raise AssertionError

    return bench.raises(load)


@MACHINE.case(
    "package-broken", "native of ", "cannot be loaded: ", "undefined symbol", "Create an environment for this config"
)
def package_of_another_build(bench):
    """A library that lacks a symbol, as one does that was built for another version of torch."""

    def load() -> Exception:
        return ImportError("/lib/native.so: undefined symbol: _ZN3c104cuda9SetDeviceEi", name="native")

    return bench.raises(load)


@MACHINE.case("out-of-memory", "with batches of 8 rows of up to 64 tokens", "Halve train.per_device_train_batch_size")
def memory_of_the_processor(bench):
    def allocate() -> Exception:
        try:
            torch.empty(1 << 52)
        except RuntimeError as error:
            return error
        raise AssertionError

    return bench.raises(allocate)


@MACHINE.case("cuda-assert", "index that is out of range", 'CUDA_LAUNCH_BLOCKING: "1"')
def assertion_on_the_device(bench):
    return bench.raises(lambda: torch.AcceleratorError("CUDA error: device-side assert triggered\nSearch for `x'"))


@MACHINE.case("cuda-build", "no code for this GPU", "Create Environment for This Config")
def card_that_the_build_does_not_know(bench):
    return bench.raises(lambda: RuntimeError("CUDA error: no kernel image is available for execution on the device"))


@MACHINE.case("cuda-driver", "driver is older than this build of PyTorch needs", "Update the driver")
def driver_that_is_too_old(bench):
    said = "The NVIDIA driver on your system is too old (found version 11040). Please update your GPU driver."
    return bench.raises(lambda: RuntimeError(said))


@MACHINE.case("cuda-device", "CUDA-capable devices are busy or unavailable", "nvidia-smi")
def card_that_another_program_has(bench):
    return bench.raises(lambda: RuntimeError("CUDA error: all CUDA-capable devices are busy or unavailable"))


@MACHINE.case("cuda-fault", "an illegal memory access was encountered", "Resume the run")
def crash_on_the_device(bench):
    return bench.raises(lambda: RuntimeError("CUDA error: an illegal memory access was encountered"))


@MACHINE.case("cuda-library", "CUBLAS_STATUS_EXECUTION_FAILED", "Resume the run")
def library_of_the_device(bench):
    said = "CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasSgemm( handle )`"
    return bench.raises(lambda: RuntimeError(said))


@MACHINE.case("operation-not-implemented", "for 'Half' here", "train.precision: fp32")
def operation_that_a_device_lacks(bench):
    return bench.raises(lambda: RuntimeError("\"addmm_impl_cpu_\" not implemented for 'Half'"))


@MACHINE.case("loader-killed", "is killed by signal: Killed", "data.streaming: true")
def loader_killed(bench):
    return bench.raises(lambda: RuntimeError("DataLoader worker (pid 4711) is killed by signal: Killed. "))


@MACHINE.case("port-in-use", "taken the network port", "it takes another free port")
def port_in_use(bench):
    """Two listeners on one port, as torch's own store says it."""

    def listen() -> Exception:
        first = torch.distributed.TCPStore("127.0.0.1", 0, 1, True, wait_for_workers=False)
        try:
            torch.distributed.TCPStore("127.0.0.1", first.port, 1, True, wait_for_workers=False, multi_tenant=False)
        except RuntimeError as error:
            return error
        raise AssertionError

    return bench.raises(listen)


@MACHINE.case("rank-lost", "among the processes of the run broke", "Resume the run")
def connection_lost(bench):
    said = "[../third_party/gloo/gloo/transport/tcp/pair.cc:534] Connection closed by peer [127.0.0.1]:36110"
    return bench.raises(lambda: RuntimeError(said))


@MACHINE.case("disk-full", "The disk is full for /var/cache/x", "Free some space")
def disk_full_in_a_cache(bench):
    return bench.raises(lambda: OSError(28, "No space left on device", "/var/cache/x"))


@MACHINE.case("not-permitted", "does not allow the trainer to use /home/ann/.cache (EACCES)", "Correct the permissions")
def forbidden_file(bench):
    return bench.raises(lambda: PermissionError(13, "Permission denied", "/home/ann/.cache"))


@MACHINE.case("too-many-files", "no more open files", "ulimit -n")
def files_open(bench):
    return bench.raises(lambda: OSError(24, "Too many open files"))


@MACHINE.case("trainer-defect", "failed unexpectedly: ZeroDivisionError: by zero", "end of output.log")
def what_nobody_foresaw(bench):
    return bench.raises(lambda: ZeroDivisionError("by zero\nand more that belongs to nobody's sentence"))


@MACHINE.parametrize()
def test_the_machine(bench, capfd, case: Case):
    expect_failure(bench, case, capfd)


def test_details_of_what_nobody_foresaw_stand_on_one_line_of_the_log(bench, capfd):
    bench.train(bench.raises(lambda: ZeroDivisionError("by zero")), fails=True)
    [line] = [one for one in capfd.readouterr().out.splitlines() if one.startswith("[details] ")]
    assert "ZeroDivisionError: by zero" in json.loads(line.removeprefix("[details] "))


# ---- checkpoints ----


@pytest.fixture
def saved(bench) -> Path:
    """A checkpoint at step 2, to be damaged."""
    return bench.train(bench.config()).checkpoint(2)


def _going_on(bench: Bench, **groups: object) -> dict:
    return bench.config(train={"max_steps": 4, **groups.pop("train", {})}, **groups)


def _checkpoint(bench: Bench) -> Path:
    return bench.dir / "run-1/checkpoints/step-2"


@CHECKPOINTS.case("checkpoint-incomplete", "DIR/run-1/checkpoints/step-9 is no whole checkpoint", "another checkpoint")
def checkpoint_missing(bench):
    return _going_on(bench), _checkpoint(bench).with_name("step-9")


@CHECKPOINTS.case("checkpoint-incomplete", "tuning-fork.json is missing", "another checkpoint")
def manifest_missing(bench):
    (_checkpoint(bench) / "tuning-fork.json").unlink()
    return _going_on(bench), _checkpoint(bench)


@CHECKPOINTS.case("checkpoint-unreadable", "step-2 has no weights", "another checkpoint")
def weights_of_the_checkpoint_missing(bench):
    (_checkpoint(bench) / "model.safetensors").unlink()
    return _going_on(bench), _checkpoint(bench)


@CHECKPOINTS.case("checkpoint-unreadable", "step-2 cannot be taken up", "another checkpoint")
def weights_of_the_checkpoint_cut_short(bench):
    _cut(_checkpoint(bench) / "model.safetensors")
    return _going_on(bench), _checkpoint(bench)


@CHECKPOINTS.case("checkpoint-unreadable", "step-2 cannot be taken up", "another checkpoint")
def optimizer_cut_short(bench):
    _cut(_checkpoint(bench) / "optimizer.pt")
    return _going_on(bench), _checkpoint(bench)


@CHECKPOINTS.case("checkpoint-unreadable", "step-2 cannot be taken up", "another checkpoint")
def generators_that_are_no_file_of_torchs(bench):
    (_checkpoint(bench) / "rng_state.pth").write_bytes(b"not torch's")
    return _going_on(bench), _checkpoint(bench)


@CHECKPOINTS.case("checkpoint-incomplete", "trainer_state.json is missing or not whole", "another checkpoint")
def state_of_the_trainer_broken(bench):
    (_checkpoint(bench) / "trainer_state.json").write_text("{", "utf-8")
    return _going_on(bench), _checkpoint(bench)


@CHECKPOINTS.case("checkpoint-foreign", "step-2 is of another model than this config builds", "model.name_or_path")
def another_base(bench):
    from transformers import BertConfig, BertForSequenceClassification

    folder = bench.copy(bench.tiny)
    config = BertConfig.from_pretrained(folder, intermediate_size=96)
    BertForSequenceClassification(config).save_pretrained(folder)
    return _going_on(bench, model={"name_or_path": str(folder)}), _checkpoint(bench)


@CHECKPOINTS.case(
    "checkpoint-foreign", "step-2 holds a whole model, and method.type: lora goes on from adapters", "Set method.type"
)
def adapters_from_a_whole_model(bench):
    return _going_on(bench, method={"type": "lora"}), _checkpoint(bench)


@CHECKPOINTS.case("checkpoint-foreign", "step-2 holds an adapter, and method.type: full goes on", "Set method.type")
def a_whole_model_from_adapters(bench):
    shutil.rmtree(bench.dir / "run-1")
    bench.train(bench.config(method={"type": "lora"}))
    return _going_on(bench), _checkpoint(bench)


@CHECKPOINTS.case("beyond-plan", "stands at step 2 and the plan ends at step 1", "larger train.num_train_epochs")
def plan_that_ends_before(bench):
    return _going_on(bench, train={"max_steps": 1}), _checkpoint(bench)


@CHECKPOINTS.case("output-dir-taken", "holds checkpoints of run elsewhere (step-2)", "run.output_dir")
def folder_of_another_run(bench):
    bench.train(bench.config(run={"output_dir": "out"}), run="elsewhere")
    return bench.config(run={"output_dir": "out"})


@CHECKPOINTS.case("checkpoint-not-writable", "cannot be written to DIR/a-file/checkpoints", "run.output_dir")
def folder_that_is_a_file(bench):
    bench.write("a-file", "")
    return bench.config(run={"output_dir": "a-file"})


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


@CHECKPOINTS.parametrize()
def test_checkpoints(bench, saved, capfd, case: Case):
    expect_failure(bench, case, capfd)


# ---- the disk ----


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit of a file's size")
def test_a_full_disk_leaves_nothing_half_written_and_the_run_goes_on_with_room(bench, capfd):
    """A file may grow to no more than the limit: the optimizer's state does not fit, the weights and the journal do."""
    import resource

    config = bench.config(train={"max_steps": 4}, eval={"strategy": "steps", "steps": 2})
    whole = bench.train(config, run="whole")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    weights = (whole.checkpoint(4) / "model.safetensors").stat().st_size
    first = bench.train(bench.config(train={"max_steps": 2}, eval={"strategy": "steps", "steps": 2}))
    resource.setrlimit(resource.RLIMIT_FSIZE, (weights + 1000, before[1]))
    try:
        full = bench.train(config, segment=2, resume=first.checkpoint(2), from_step=2, fails=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert full.end["code"] == "disk-full"
    assert f"The checkpoint at step 4 does not fit in {full.dir / 'checkpoints'}; " in full.end["reason"]
    assert "Free some space (or set run.output_dir to another disk), then resume the run." in full.end["reason"]
    assert [alert["code"] for alert in full.of("alert")] == ["disk-full"]
    assert [path.name for path in (full.dir / "checkpoints").iterdir()] == ["step-2"]
    resumed = bench.train(config, segment=3, resume=full.checkpoint(2), from_step=2)
    assert resumed.end["outcome"] == "finished"


# ---- where the data stood ----


def test_a_resume_in_mid_epoch_takes_the_rows_that_come_next_whatever_the_accumulation(bench):
    """24 rows in steps of 2 × 3: the checkpoint at step 3 stands in the middle of an epoch of 4 steps."""
    settings = {"per_device_train_batch_size": 3, "gradient_accumulation_steps": 2, "max_steps": 7}
    config = bench.config(train=settings, data={"eval_fraction": 0, "eval": "train.csv"}, eval={"strategy": "steps"})
    config["eval"]["steps"] = 3
    config["checkpoint"]["save_total_limit"] = 9
    whole = bench.train(config, run="whole")
    parts = shutil.copytree(whole.dir, bench.dir / "parts")
    for later in (6, 7):
        shutil.rmtree(parts / f"checkpoints/step-{later}")
    (parts / "events.jsonl").unlink()
    manifest = parts / "checkpoints/step-3/tuning-fork.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text("utf-8")), "run": "parts"}), "utf-8")
    resumed = bench.train(config, run="parts", segment=2, resume=parts / "checkpoints/step-3", from_step=3)
    for metric in ("train/loss", "train/grad_norm", "train/learning_rate", "eval/loss"):
        rest = {step: value for step, value in whole.series(metric).items() if step > 3}
        assert resumed.series(metric) == rest, metric
        assert rest


# ---- the folder that a run is started in ----


def test_a_tokenizers_file_of_the_users_does_not_come_before_the_package(bench, start):
    bench.write("tokenizers.py", "raise SystemExit('the wrong tokenizers')\n")
    run = start(bench.config(train={"max_steps": 1}))
    assert run.wait(240) == 0, run.output
    assert run.end["outcome"] == "finished"
