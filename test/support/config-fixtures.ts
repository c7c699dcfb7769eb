import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  closeSync,
  ftruncateSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { TIERS, type Tier } from "../../src/config/checks/check.ts";

/**
 * Cases of the config checks as folders of files: `test/fixtures/config/<check>/<case>/finetune.yaml` (or one `*.sweep.yaml`)
 * with its data beside it. The first lines of the file say what is to be found, of the check the folder is named after:
 *
 *     # finds: C34 7:18-7:22 warning; C34 9:3-9:4 warning
 *     # finds: no C34
 *     # skips: C34
 *
 * `C34 -` stands for a finding without a place. `hub/` is the Hugging Face cache, `bin/` stands in front of PATH, `home/` is
 * HOME, `env.json` has further environment variables (`{case}` is the folder), `tiers.json` the tiers to run. `rows.json`
 * describes long data files, `weights.json` safetensors files with a header and a body of holes.
 */
export const FIXTURES = resolve(import.meta.dirname, "../fixtures/config");

/** A folder of a case. */
export interface FixtureCase {
  /** The check it is about. */
  id: string;
  name: string;
  folder: string;
}

/** Every case, in the order of checks and names. */
export function fixtureCases(): FixtureCase[] {
  return foldersIn(FIXTURES).flatMap((id) =>
    foldersIn(join(FIXTURES, id)).map((name) => ({ id, name, folder: join(FIXTURES, id, name) })),
  );
}

const foldersIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();

/** What a case expects of its check. */
export interface Expected {
  /** `7:18-7:22 warning`, in order. */
  found: string[];
  /** The check may be left out with a reason. */
  isSkipped: boolean;
}

/** Reads the `# finds:` and `# skips:` lines of a case. */
export function expectedOf(source: string, id: string): Expected {
  const lines = [...source.matchAll(/^\uFEFF?# (finds|skips): ([^\r\n]*)/gm)];
  const told = lines.filter(([, kind]) => kind === "finds").flatMap(([, , list = ""]) => list.split(";"));
  if (told.length === 0) throw new Error("the first line must say `# finds: …`");
  const found = told.map((one) => one.trim()).filter((one) => one !== `no ${id}`);
  for (const one of found) {
    if (!one.startsWith(`${id} `)) throw new Error(`\`${one}\` is not about ${id}`);
  }
  const isSkipped = lines.some(([, kind, list = ""]) => kind === "skips" && list.trim().startsWith(id));
  return { found: found.map((one) => one.slice(id.length + 1)), isSkipped };
}

/** A case in a temporary folder of its own, ready to be validated. */
export interface Workspace {
  folder: string;
  /** The config. */
  file: string;
  env: NodeJS.ProcessEnv;
  tiers: readonly Tier[];
  remove(): void;
}

/** Copies a case and makes what its descriptions stand for. */
export function openCase({ folder: original }: FixtureCase): Workspace {
  const root = mkdtempSync(join(tmpdir(), "config-fixture-"));
  const folder = join(root, "case");
  cpSync(original, folder, { recursive: true, verbatimSymlinks: true });
  for (const file of filesIn(folder, "rows.json")) makeRows(file);
  for (const file of filesIn(folder, "weights.json")) makeWeights(file);
  return {
    folder,
    file: join(folder, nameIn(folder)),
    env: environmentOf(root, folder),
    tiers: readIfThere<Tier[]>(join(folder, "tiers.json")) ?? TIERS,
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** The text that a case is about. */
export const sourceOf = ({ folder }: FixtureCase): string => readFileSync(join(folder, nameIn(folder)), "utf8");

/** A sweep where there is one, else the config. */
const nameIn = (folder: string): string =>
  readdirSync(folder).find((entry) => entry.endsWith(".sweep.yaml")) ?? "finetune.yaml";

function filesIn(folder: string, name: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((entry) => entry === name || entry.endsWith(`/${name}`))
    .map((entry) => join(folder, entry));
}

function readIfThere<T>(file: string): T | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as T) : undefined;
}

/** Programs that fake ones may call; nothing else of this machine is found on PATH. */
const TOOLS = ["sh", "cat", "sleep", "env", "dirname", "basename"];

function environmentOf(root: string, folder: string): NodeJS.ProcessEnv {
  const tools = join(root, "tools");
  mkdirSync(tools);
  for (const tool of TOOLS) {
    const found = ["/bin", "/usr/bin"].map((place) => join(place, tool)).find((path) => existsSync(path));
    if (found !== undefined) symlinkSync(found, join(tools, tool));
  }
  const home = join(folder, "home");
  const bin = join(folder, "bin");
  mkdirSync(home, { recursive: true });
  if (existsSync(bin)) for (const program of readdirSync(bin)) chmodSync(join(bin, program), 0o755);
  const own = readIfThere<Record<string, string>>(join(folder, "env.json")) ?? {};
  return {
    PATH: [bin, tools].join(delimiter),
    HOME: home,
    HF_HUB_CACHE: join(folder, "hub"),
    HF_HUB_OFFLINE: "1",
    ...Object.fromEntries(Object.entries(own).map(([name, value]) => [name, value.replaceAll("{case}", folder)])),
  };
}

/** Part of a data file: rows made from a template. */
interface Rows {
  header?: string;
  rows: number;
  row: string;
}

/** Writes the files that a `rows.json` describes: `{"train.csv": {"header": "text,label", "rows": 120, "row": "no {i},{i%2?ham:spam}"}}`. */
function makeRows(description: string): void {
  const files = JSON.parse(readFileSync(description, "utf8")) as Record<string, Rows | Rows[]>;
  for (const [name, parts] of Object.entries(files)) {
    let number = 0;
    const lines = [parts]
      .flat()
      .flatMap(({ header, rows, row }) => [
        ...(header === undefined ? [] : [header]),
        ...Array.from({ length: rows }, () => rowText(row, number++)),
      ]);
    const path = join(dirname(description), name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${lines.join("\n")}\n`);
  }
  rmSync(description);
}

/**
 * A row of a template. `{i}` is the number of the row in its file from 0, `{i%7}` its remainder, `{i%2?odd:even}` and `{i<5?few:many}`
 * choose, `{word *30}` is a text so many times.
 */
export function rowText(template: string, row: number): string {
  return template.replaceAll(
    /\{(?:i(?:([%<])(\d+)(?:\?([^:{}]*):([^{}]*))?)?|([^{}]+?)\*(\d+))\}/g,
    (_whole, operator?: string, operand?: string, yes?: string, no?: string, repeated?: string, times?: string) => {
      if (repeated !== undefined) return repeated.repeat(Number(times));
      if (operator === undefined) return String(row);
      const value = operator === "%" ? row % Number(operand) : Number(row < Number(operand));
      return yes === undefined ? String(value) : value ? yes : no!;
    },
  );
}

const BYTES: Readonly<Record<string, number>> = {
  F64: 8,
  F32: 4,
  BF16: 2,
  F16: 2,
  I64: 8,
  I32: 4,
  I8: 1,
  U8: 1,
  BOOL: 1,
};

/** Writes the safetensors files that a `weights.json` describes: `{"model.safetensors": [["a.weight", "F32", [2, 3]]]}`. */
function makeWeights(description: string): void {
  const files = JSON.parse(readFileSync(description, "utf8")) as Record<string, [string, string, number[]][]>;
  for (const [name, tensors] of Object.entries(files)) {
    let end = 0;
    const header = Object.fromEntries(
      tensors.map(([tensor, dtype, shape]) => {
        const start = end;
        end += shape.reduce((product, size) => product * size, 1) * (BYTES[dtype] ?? 4);
        return [tensor, { dtype, shape, data_offsets: [start, end] }];
      }),
    );
    const json = Buffer.from(JSON.stringify(header));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(json.length));
    const fd = openSync(join(dirname(description), name), "w");
    writeSync(fd, length);
    writeSync(fd, json);
    ftruncateSync(fd, length.length + json.length + end);
    closeSync(fd);
  }
  rmSync(description);
}
