// npm run vsix [-- --target linux-x64] [--out file.vsix]: packs the extension for one platform and says what is in it.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { build, ensureInstalled, HERE, root } from "./setup.mjs";
import { listZip } from "./zip.mjs";

/** What stands in the package beside the bundles; `.vscodeignore` says again which files of these. */
const CARRIED = [
  "package.json",
  "package.nls.json",
  "package.nls.zh-cn.json",
  "README.md",
  "CHANGELOG.md",
  "LICENSE",
  "l10n",
  "media",
  "docs",
  ".vscodeignore",
];
/** What the product weighs without these two parts has a limit. */
const LARGE = { "the built-in model": /^extension\/dist\/models\//, "the wasm runtime": /^extension\/dist\/wasm\// };
const LIMIT_BYTES = 6e6;

/**
 * Packs from a folder of its own, so that minified bundles never lie in dist/ while tests or a demo run from there.
 * @param {{ target?: string, out: string, quiet?: boolean }} options
 */
export function packExtension({ target = HERE, out, quiet = false }) {
  const stage = join(root, ".cache/vsix", `${target}-${process.pid}`);
  try {
    mkdirSync(stage, { recursive: true });
    for (const name of CARRIED) cpSync(join(root, name), join(stage, name), { recursive: true });
    dropVectorImages(join(stage, "README.md"));
    const models = join(root, "dist/models");
    if (existsSync(models)) cpSync(models, join(stage, "dist/models"), { recursive: true });
    build("--minify", "--outdir", join(stage, "dist"), "--target", target);
    mkdirSync(dirname(out), { recursive: true });
    rmSync(out, { force: true });
    const args = ["package", "--no-dependencies", "--target", target, "--out", out];
    const vsce = spawnSync(process.execPath, [join(root, "node_modules/@vscode/vsce/vsce"), ...args], {
      cwd: stage,
      encoding: "utf8",
      timeout: 120_000,
    });
    if (vsce.status !== 0) throw new Error(`The extension could not be packed: ${vsce.stdout}${vsce.stderr}`);
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
  if (!quiet) console.log(describe(out, target));
  return out;
}

/** The marketplace shows no SVG pictures, and the packer refuses them. */
function dropVectorImages(readme) {
  writeFileSync(readme, readFileSync(readme, "utf8").replace(/^!\[.*\]\([^)]*\.svg\)\n+/gm, ""));
}

/** The package's parts by packed size, largest first; throws when it outgrew its limit. */
export function measure(file) {
  const parts = new Map();
  const product = { entries: 0, bytes: 0 };
  for (const { name, packedBytes } of listZip(readFileSync(file))) {
    const large = Object.entries(LARGE).find(([, pattern]) => pattern.test(name))?.[0];
    const part =
      large ?? name.replace(/^extension\//, "").replace(/^(dist\/node_modules|dist\/webview|media|l10n)\/.*/, "$1");
    parts.set(part, (parts.get(part) ?? 0) + packedBytes);
    product.entries++;
    if (!large) product.bytes += packedBytes;
  }
  return {
    parts: [...parts].map(([part, bytes]) => ({ part, bytes })).sort((a, b) => b.bytes - a.bytes),
    productBytes: product.bytes,
    limitBytes: LIMIT_BYTES,
    entries: product.entries,
    bytes: statSync(file).size,
  };
}

function describe(file, target) {
  const { parts, productBytes, entries, bytes } = measure(file);
  const mb = (value) => `${(value / 1e6).toFixed(2)} MB`.padStart(9);
  if (productBytes > LIMIT_BYTES)
    throw new Error(`The product weighs ${mb(productBytes)}, more than ${mb(LIMIT_BYTES)}; see what grew.`);
  const lines = parts.filter(({ bytes }) => bytes >= 5000).map((part) => `${mb(part.bytes)}  ${part.part}`);
  return `${file} for ${target}: ${mb(bytes).trim()}, ${entries} files, by part (packed):\n${lines.join("\n")}\n${mb(productBytes)}  without ${Object.keys(LARGE).join(" and ")}`;
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({ options: { target: { type: "string", default: HERE }, out: { type: "string" } } });
  ensureInstalled();
  if (values.target !== HERE) {
    const native = spawnSync(process.execPath, [join(root, "scripts/native.mjs"), "--target", values.target], {
      stdio: "inherit",
    });
    if (native.status !== 0) process.exit(native.status ?? 1);
  }
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  try {
    packExtension({
      target: values.target,
      out: resolve(values.out ?? join(root, `tuning-fork-${values.target}-${version}.vsix`)),
    });
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
