import { describe, expect, test } from "vitest";
import { isSecretKey, redactJson, redactText, REDACTED } from "../../../src/base/redact.ts";

// Put together here, so that scanners of the repository do not take them for real ones.
const HF = `hf_${"aB3".repeat(8)}`;
const OPENAI = `sk-${"proj-x9Y".repeat(4)}`;
const AWS = `AKIA${"ABCD1234".repeat(2)}`;
const GITHUB = `ghp_${"k1".repeat(18)}`;
const JWT = `eyJ${"hbGciOiJIUzI1".repeat(2)}.${"eyJzdWIiOiIx".repeat(2)}.${"c2ln".repeat(6)}`;

describe("text", () => {
  test.each([HF, OPENAI, AWS, GITHUB, JWT])("a key of known shape goes wherever it stands: %#", (secret) => {
    for (const text of [secret, `x ${secret} y`, `"${secret}"`, `a=${secret}`, `https://host/?k=${secret}&z=1`]) {
      const clean = redactText(text);
      expect(clean).not.toContain(secret.slice(5));
      expect(clean).toContain(REDACTED);
    }
  });

  test.each([
    ["Authorization: Bearer abcdefghijklmnop", "Authorization: Bearer [redacted]"],
    ["git clone https://me:s3cret@host.org/x.git", "git clone https://me:[redacted]@host.org/x.git"],
    ["postgres://u:p%40ss@db:5432/x", "postgres://u:[redacted]@db:5432/x"],
    ["train.py --token abc --lr 2e-5", "train.py --token [redacted] --lr 2e-5"],
    ["train.py --api-key=abc --lr 2e-5", "train.py --api-key=[redacted] --lr 2e-5"],
    ["WANDB_API_KEY=abc python x.py", "WANDB_API_KEY=[redacted] python x.py"],
    ["env: { DB_PASSWORD: hunter2, LANG: C }", "env: { DB_PASSWORD: [redacted], LANG: C }"],
    ['  password: "it is long"', '  password: "[redacted]"'],
    ['{"client_secret": "abc", "n": 1}', '{"client_secret": "[redacted]", "n": 1}'],
  ])("%s", (text, clean) => {
    expect(redactText(text)).toBe(clean);
    expect(redactText(clean)).toBe(clean);
  });

  test("the second line of a private key goes too", () => {
    const key = `-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nabc\n-----END RSA PRIVATE KEY-----`;
    expect(redactText(`a\n${key}\nb`)).toBe(`a\n${REDACTED}\nb`);
  });

  test.each([
    "max_tokens: 512, eos_token_id: 2",
    "token: ${HF_TOKEN}",
    "HF_TOKEN=$HF_TOKEN",
    "keyboard: qwerty, monkey = 3",
    "model: google-bert/bert-base-uncased",
    "https://host.org:8080/path",
    "train.learning_rate=1e-4",
    "password:",
  ])("harmless text stays as it is: %s", (text) => {
    expect(redactText(text)).toBe(text);
  });
});

test("JSON: by key at any depth, by shape in any string, by flag in an argument list", () => {
  const environment = {
    HF_TOKEN: "abc",
    nested: { dbPassword: "x", list: [{ apiKey: "y" }], port: 5432, secret: "" },
    command: ["python", "train.py", "--token", "abc", "--lr", "1e-4", `--hub=${HF}`],
    text: `see ${AWS}`,
    max_tokens: 512,
    tokenizer: "bert",
    nothing: null,
  };
  expect(redactJson(environment)).toEqual({
    HF_TOKEN: REDACTED,
    nested: { dbPassword: REDACTED, list: [{ apiKey: REDACTED }], port: 5432, secret: "" },
    command: ["python", "train.py", "--token", REDACTED, "--lr", "1e-4", `--hub=${REDACTED}`],
    text: `see ${REDACTED}`,
    max_tokens: 512,
    tokenizer: "bert",
    nothing: null,
  });
  expect(environment.HF_TOKEN).toBe("abc");
});

test("keys that name a secret", () => {
  const secret = [
    "HF_TOKEN",
    "token",
    "api_key",
    "apiKey",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "dbPassword",
    "PGPASSWORD",
    "clientSecret",
  ];
  const harmless = [
    "keyboard",
    "tokenizer",
    "max_new_tokens",
    "pad_token_id",
    "author",
    "pattern",
    "path",
    "monkey",
    "PATH",
    "learning_rate",
  ];
  expect(secret.filter((key) => !isSecretKey(key))).toEqual([]);
  expect(harmless.filter(isSecretKey)).toEqual([]);
});
