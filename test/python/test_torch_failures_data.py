"""What commonly goes wrong with data: each ends the run with one clear sentence."""

import json

from support.failures import ROWS, Case, Table, expect_failure

DATA = Table()


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
