"""What commonly goes wrong with a model's files and the hub: each ends the run with one clear sentence."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from support.failures import ROWS, Case, Table, expect_failure

MODELS, HUB = Table(), Table()


# ---- the model's folder ----


@MODELS.case("model-folder-missing", "There is no model folder DIR/nowhere.", "Correct model.name_or_path")
def folder_missing(bench):
    return bench.config("./nowhere")


@MODELS.case("model-builtin", "builtin:tiny is a model of the embedded trainer", "model.framework to tfjs")
def model_of_the_other_trainer(bench):
    return bench.config("builtin:tiny")


@MODELS.case("model-name", '"my model!" is neither a folder nor the id of a model', "model.name_or_path")
def name_that_is_none(bench):
    return bench.config("my model!")


@MODELS.case("model-offline", "org/model is not in the cache", "cannot be reached", "model.name_or_path")
def hub_id_offline(bench):
    return bench.config("org/model")


@MODELS.case("model-config-missing", "DIR/model has no config.json", "model.name_or_path")
def no_model_folder(bench):
    bench.copy(bench.tiny).joinpath("config.json").unlink()
    return bench.config("./model")


@MODELS.case("model-not-loadable", "DIR/model cannot be loaded", "config.json")
def config_that_is_no_json(bench):
    (bench.copy(bench.tiny) / "config.json").write_text('{"model_type": ', "utf-8")
    return bench.config("./model")


@MODELS.case("model-is-adapter", "DIR/adapter holds an adapter, not a model", "base model")
def adapter_as_model(bench):
    (bench.dir / "adapter").mkdir()
    bench.write("adapter/adapter_config.json", "{}")
    return bench.config("./adapter")


@MODELS.case("model-weights-broken", "weights of the model DIR/model are not whole", "Fetch the model again")
def weights_cut_short(bench):
    weights = bench.copy(bench.tiny) / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    return bench.config("./model")


@MODELS.case("model-weights-broken", "weights of the model DIR/model are not whole", "git lfs pull")
def weights_that_are_a_pointer(bench):
    weights = bench.copy(bench.tiny) / "model.safetensors"
    weights.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0123\nsize 90000000\n", "utf-8")
    return bench.config("./model")


@MODELS.case("model-weights-missing", "DIR/model has no weights (model.safetensors)", "Fetch the model again")
def weights_missing(bench):
    (bench.copy(bench.tiny) / "model.safetensors").unlink()
    return bench.config("./model")


@MODELS.case("model-weights-shape", "not those that its config.json describes", "has another shape")
def weights_of_another_size(bench):
    return bench.config(bench.changed(intermediate_size=96))


@MODELS.case("model-weights-foreign", "of a electra model are not in the files of DIR/model")
def weights_of_another_architecture(bench):
    return bench.config(bench.changed(model_type="electra"))


@MODELS.case(
    "model-architecture-unknown", "does not know the architecture of the model DIR/model", "newer Transformers"
)
def architecture_unknown(bench):
    return bench.config(bench.changed(model_type="from-the-future"))


@MODELS.case("model-task", "architecture of the model DIR/model has no form for this task", "model.name_or_path")
def architecture_without_the_task(bench):
    return bench.config(bench.changed(model_type="clip_vision_model", architectures=["CLIPVisionModel"]))


@MODELS.case("model-remote-code", "brings Python code of its own, which is not run unasked", "model.trust_remote_code")
def code_of_its_own(bench):
    auto = {"AutoConfig": "own.OwnConfig", "AutoModelForSequenceClassification": "own.OwnModel"}
    return bench.config(bench.changed(model_type="own", auto_map=auto))


@MODELS.case("tokenizer-missing", "DIR/model has no tokenizer", "save_pretrained")
def tokenizer_missing(bench):
    for file in bench.copy(bench.tiny).iterdir():
        if file.name not in ("config.json", "model.safetensors"):
            file.unlink()
    return bench.config("./model")


@MODELS.case("tokenizer-padding", "neither a padding token nor an end-of-text token", "padding token")
def no_padding_token(bench):
    file = bench.copy(bench.gpt2) / "tokenizer_config.json"
    settings = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps({**settings, "eos_token": None}), "utf-8")
    return bench.config("./model")


@MODELS.case("flash-attention", "cannot use flash attention here", "model.attn_implementation to auto")
def flash_attention_missing(bench):
    return bench.config(model={"attn_implementation": "flash_attention_2"})


@MODELS.parametrize()
def test_a_models_files(bench, capfd, case: Case):
    expect_failure(bench, case, capfd)


def test_a_fine_tuned_base_with_other_classes_gets_a_new_head_and_says_so(bench):
    rows = [(text, label if n % 3 else "list") for n, (text, label) in enumerate(ROWS)]
    bench.write("three.csv", "text,label\n" + "".join(f"{text},{label}\n" for text, label in rows))
    run = bench.train(bench.config(data={"train": "three.csv"}))
    assert run.end["outcome"] == "finished"
    [alert] = run.of("alert")
    assert alert["code"] == "model-note"
    assert "was trained to tell 2 classes apart, and the data has 3" in alert["message"]
    # A base whose head fits is taken as it is.
    assert not bench.train(bench.config(), run="two").of("alert")


# ---- the hub ----


@HUB.case("model-gated", "org/gated is private, or its terms have to be accepted", "hf auth login")
def gated(bench):
    return bench.config("org/gated")


@HUB.case("model-unknown", "The Hugging Face hub has no model org/unknown", "Correct model.name_or_path")
def unknown(bench):
    return bench.config("org/unknown")


@HUB.case("model-revision", "org/known@v9 has no such revision", "model.name_or_path")
def revision_unknown(bench):
    return bench.config("org/known@v9")


@HUB.case("model-offline", "org/broken", "hub cannot be reached")
def hub_out_of_order(bench):
    return bench.config("org/broken")


ANSWERS = {
    "gated": (401, "GatedRepo", "Access to model org/gated is restricted. You must have access to it."),
    "unknown": (401, "RepoNotFound", "Invalid username or password."),
    "known": (404, "RevisionNotFound", "Invalid rev id: v9"),
    "broken": (500, "", "Internal error"),
}


class _Hub(BaseHTTPRequestHandler):
    """Answers as the hub does, by the name that is asked for."""

    def do_HEAD(self) -> None:
        status, code, message = next(answer for name, answer in ANSWERS.items() if name in self.path)
        self.send_response(status)
        self.send_header("X-Error-Code", code)
        self.send_header("X-Error-Message", message)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_HEAD

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hub(monkeypatch) -> Iterator[None]:
    """A hub on this machine, and a process that is online."""
    from huggingface_hub import constants

    server = ThreadingHTTPServer(("127.0.0.1", 0), _Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}"
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "ENDPOINT", address)
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", address + "/{repo_id}/resolve/{revision}/{filename}")
    yield
    server.shutdown()
    server.server_close()


@HUB.parametrize()
def test_what_the_hub_refuses(bench, hub, capfd, case: Case):
    expect_failure(bench, case, capfd)
