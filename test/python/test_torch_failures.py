"""What commonly goes wrong with models and data: each ends the run with one clear sentence."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from support.failures import ROWS, Bench, Case, Table, expect_failure

MODELS, HUB, DATA, METHODS = Table(), Table(), Table(), Table()


@pytest.fixture
def bench(tmp_path, monkeypatch, tiny, tiny_gpt2, tiny_llama, train) -> Bench:
    bench = Bench(tmp_path, monkeypatch, tiny, tiny_gpt2, tiny_llama, train)
    bench.write("train.csv", "text,label\n" + "".join(f"{text},{label}\n" for text, label in ROWS))
    return bench


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
    return bench.config(_changed(bench, intermediate_size=96))


@MODELS.case("model-weights-foreign", "of a electra model are not in the files of DIR/model")
def weights_of_another_architecture(bench):
    return bench.config(_changed(bench, model_type="electra"))


@MODELS.case(
    "model-architecture-unknown", "does not know the architecture of the model DIR/model", "newer Transformers"
)
def architecture_unknown(bench):
    return bench.config(_changed(bench, model_type="from-the-future"))


@MODELS.case("model-task", "architecture of the model DIR/model has no form for this task", "model.name_or_path")
def architecture_without_the_task(bench):
    return bench.config(_changed(bench, model_type="clip_vision_model", architectures=["CLIPVisionModel"]))


@MODELS.case("model-remote-code", "brings Python code of its own, which is not run unasked", "model.trust_remote_code")
def code_of_its_own(bench):
    auto = {"AutoConfig": "own.OwnConfig", "AutoModelForSequenceClassification": "own.OwnModel"}
    return bench.config(_changed(bench, model_type="own", auto_map=auto))


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


def _changed(bench: Bench, **keys: object) -> str:
    """A copy of the model whose config.json has other values."""
    file = bench.copy(bench.tiny) / "config.json"
    file.write_text(json.dumps({**json.loads(file.read_text("utf-8")), **keys}), "utf-8")
    return "./model"


@MODELS.parametrize()
def test_a_models_files(bench, capfd, case: Case):
    expect_failure(bench, case, capfd)


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


# ---- data ----


@DATA.case("data-file-missing", "The data file DIR/nowhere.csv does not exist")
def file_missing(bench):
    return bench.config(data={"train": "nowhere.csv"})


@DATA.case("data-empty", "The data file DIR/empty.csv")
def file_empty(bench):
    return bench.config(data={"train": bench.write("empty.csv", "")})


@DATA.case("data-empty", "DIR/head.csv has no rows")
def file_with_a_head_only(bench):
    return bench.config(data={"train": bench.write("head.csv", "text,label\n")})


@DATA.case("data-row-malformed", "DIR/rows.jsonl row 3 (line 3): not a JSON object")
def json_line_malformed(bench):
    lines = [json.dumps({"text": text, "label": label}) for text, label in ROWS]
    lines[2] = lines[2][:-1]
    return bench.config(data={"train": bench.write("rows.jsonl", "\n".join(lines))})


@DATA.case("data-text-column-missing", "DIR/train.csv has no column body", "text, label", "data.columns.text")
def column_that_is_not_there(bench):
    return bench.config(data={"columns": {"text": "body"}})


@DATA.case("data-text-column-missing", "Its columns are mail, kind", "data.columns.text")
def columns_that_nobody_can_guess(bench):
    return bench.config(data={"train": bench.write("mail.csv", "mail,kind\na,ham\nb,spam\n")})


@DATA.case("data-label-missing", "gap.csv row 2 (line 3)")
def label_missing(bench):
    return bench.config(data={"train": bench.write("gap.csv", "text,label\na,ham\nb,\nc,spam\n")})


@DATA.case("data-text-missing", "rows.jsonl row 2 (line 2)")
def text_missing(bench):
    rows = [{"text": "a", "label": "ham"}, {"label": "spam"}, {"text": "c", "label": "spam"}]
    return bench.config(data={"train": bench.rows("rows.jsonl", rows)})


@DATA.case("data-text-not-text", "DIR/rows.jsonl row 2 (line 2): the column text holds 7, which is not a text")
def text_that_is_a_number(bench):
    rows = [{"text": "a", "label": "ham"}, {"text": 7, "label": "spam"}, {"text": "c", "label": "spam"}]
    return bench.config(data={"train": bench.rows("rows.jsonl", rows)})


@DATA.case("data-label-unknown", "row 2 (line 3)", "spam", "data.labels")
def label_that_is_not_listed(bench):
    return bench.config(data={"labels": ["ham", "eggs"]})


@DATA.case("data-label-unknown", "rows.jsonl row 1 (line 1)", "data.labels")
def numbers_where_names_are_listed(bench):
    rows = [{"text": text, "label": int(label == "spam")} for text, label in ROWS]
    return bench.config(data={"train": bench.rows("rows.jsonl", rows), "labels": ["ham", "spam"]})


@DATA.case("data-label-untrained", 'DIR/eval.csv row 1 (line 2): the label "eggs" is unknown', "Known are ham, spam")
def label_of_the_evaluation_alone(bench):
    return bench.config(data={"eval": bench.write("eval.csv", "text,label\na,eggs\nb,ham\n")})


@DATA.case("data-one-class", "ham")
def one_class(bench):
    return bench.config(data={"train": bench.write("one.csv", "text,label\na,ham\nb,ham\n")})


@DATA.case("data-binary", "model.bin")
def no_text_file(bench):
    return bench.config(data={"train": bench.write("model.bin", b"\x80\x00\x01" * 400), "format": "csv"})


@DATA.case("data-quote-unbalanced", "quote.csv")
def quote_that_never_ends(bench):
    return bench.config(data={"train": bench.write("quote.csv", 'text,label\n"a,ham\nb,spam\n')})


@DATA.case("data-parquet-damaged", "rows.parquet")
def parquet_damaged(bench):
    return bench.config(data={"train": bench.write("rows.parquet", b"PAR1 and then nothing")})


@DATA.case("package-missing", "needs the package pyarrow", "-m pip install pyarrow")
def parquet_without_its_package(bench):
    bench.without("pyarrow")
    return bench.config(data={"train": bench.write("rows.parquet", b"PAR1....PAR1")})


@DATA.case("package-missing", "needs the package datasets", "-m pip install datasets")
def hub_data_without_its_package(bench):
    bench.without("datasets")
    return bench.config(data={"train": "org/mails", "format": "hf"})


@DATA.case("data-hub", "The data set org/mails cannot be loaded")
def hub_data_offline(bench):
    return bench.config(data={"train": "org/mails", "format": "hf"})


@DATA.parametrize()
def test_data(bench, capfd, case: Case):
    expect_failure(bench, case, capfd)


def test_whole_numbers_and_their_texts_are_the_same_labels(bench):
    """A file of numbers beside one of texts: no class is told twice."""
    numbers = [{"text": text, "label": int(label == "spam")} for text, label in ROWS]
    texts = [{**row, "label": str(row["label"])} for row in numbers]
    data = {"train": bench.rows("numbers.jsonl", numbers), "eval": bench.rows("texts.jsonl", texts)}
    run = bench.train(bench.config(data=data))
    assert run.end["outcome"] == "finished"
    assert run.facts["labels"] == ["0", "1"]


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


# ---- methods ----


@METHODS.case("target-modules", "No layer of this bert model is called q_proj", "method.target_modules")
def targets_that_name_nothing(bench):
    return bench.config(method={"type": "lora", "target_modules": ["q_proj"]})


@METHODS.case("modules-to-save", "score", "method.modules_to_save")
def saved_modules_that_are_not_there(bench):
    return bench.config(method={"type": "lora", "modules_to_save": ["score"]})


@METHODS.case("freeze-layers", "method.freeze is 9, but this bert model has 2 layers", "Write a number up to 2")
def more_layers_frozen_than_there_are(bench):
    return bench.config(method={"type": "freeze", "freeze": 9})


@METHODS.case("package-missing", "method.type: lora needs the package peft", "-m pip install peft")
def peft_missing(bench):
    bench.without("peft")
    return bench.config(method={"type": "lora"})


@METHODS.case("package-missing", "method.type: qlora needs the package bitsandbytes", "-m pip install bitsandbytes")
def bitsandbytes_missing(bench):
    bench.without("bitsandbytes")
    return bench.config(method={"type": "qlora"})


@METHODS.case("package-missing", "train.optim: adamw_8bit needs the package bitsandbytes", "pip install bitsandbytes")
def optimizer_without_its_package(bench):
    bench.without("bitsandbytes")
    return bench.config(train={"optim": "adamw_8bit"})


@METHODS.case("package-missing", "task: preference needs the package trl", "-m pip install trl")
def trl_missing(bench):
    bench.without("trl")
    rows = [{"prompt": "a", "chosen": "b", "rejected": "c"}] * 4
    return bench.config(
        bench.llama, task="preference", data={"train": bench.rows("pairs.jsonl", rows)}, eval={"metrics": ["loss"]}
    )


@METHODS.case("model-quantised", "quantised with gptq already", "method.type to lora")
def quantised_twice(bench):
    config = {"quant_method": "gptq", "bits": 4}
    return bench.config(_changed(bench, quantization_config=config), method={"type": "qlora"})


@METHODS.case("teacher-missing", "no teacher is named", "method.teacher.name_or_path")
def teacher_not_named(bench):
    return bench.config(method={"type": "distill"})


@METHODS.case("model-folder-missing", "There is no model folder DIR/teacher", "Correct method.teacher.name_or_path")
def teacher_not_there(bench):
    return bench.config(method=_taught("./teacher"))


@METHODS.case("teacher-labels", "The teacher DIR/model tells", "apart, but the data has", "method.teacher.name_or_path")
def teacher_of_other_labels(bench):
    names = {"id2label": {"0": "eggs", "1": "bacon"}, "label2id": {"eggs": 0, "bacon": 1}}
    return bench.config(method=_taught(_changed(bench, **names)))


@METHODS.case("teacher-vocabulary", "has another vocabulary than the student", "same model family")
def teacher_of_another_vocabulary(bench):
    return bench.config(method=_taught(str(bench.gpt2)))


@METHODS.case("chat-template-missing", "has no chat template", "data.chat_template")
def conversations_without_a_template(bench):
    return bench.language(bench.gpt2, [_chat("hello", "there")] * 4)


@METHODS.case("chat-template", "There is no chat template DIR/chat.jinja", "data.chat_template")
def template_file_missing(bench):
    return bench.language(bench.llama, [_chat("hello", "there")] * 4, data={"chat_template": "chat.jinja"})


@METHODS.case("no-supervised-tokens", "No training row has a token to learn from")
def all_tokens_masked(bench):
    return bench.language(bench.llama, [_chat("a question that is long " * 20, "x")] * 4, data={"max_length": 8})


@METHODS.case("packing-not-separate", "packed texts of a gpt2 model see each other", "data.packing to false")
def packing_that_would_mix_rows(bench):
    from tuning_fork.torch_trainer.tasks.language import packing

    original = packing.require_separation

    def mixing(model):
        """A model that pays no heed to positions that begin anew, as Transformers' models before 4.53."""
        forward = model.forward
        model.forward = lambda position_ids=None, **given: forward(
            **{**given, "attention_mask": given["input_ids"].new_ones(given["input_ids"].shape)}
        )
        original(model)

    bench.monkeypatch.setattr("tuning_fork.torch_trainer.tasks.causal_lm.require_separation", mixing)
    return bench.language(bench.gpt2, [{"text": "a b c"}] * 8, data={"packing": True})


def _taught(name: str) -> dict:
    return {"type": "distill", "teacher": {"name_or_path": name, "temperature": 2.0, "alpha": 0.5}}


def _chat(question: str, answer: str) -> dict:
    return {"messages": [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]}


@METHODS.parametrize()
def test_methods(bench, capfd, case: Case):
    expect_failure(bench, case, capfd)
