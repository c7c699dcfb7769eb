import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { cudaTorchCommand, installCommand } from "../../../../src/launch/python/install.ts";
import { probeCuda, probePackages } from "../../../../src/launch/python/probe.ts";
import { descriptionOf, fakePython, writeProgram } from "../../../support/fake-python.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tuning-fork-probe-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const options = { env: process.env, timeoutMs: 20_000 };
const program = (script: string): string => {
  const path = join(folder, "python");
  writeProgram(path, script);
  return path;
};

describe("what an interpreter answers", () => {
  test("is understood, whatever libraries print beside it", async () => {
    const path = join(folder, "python");
    fakePython(
      path,
      { packages: { torch: "2.13.0" } },
      { cuda: { available: true, reason: null }, bitsandbytes: null },
    );
    expect((await probePackages(path, ["torch"], options)).value?.packages).toEqual({ torch: "2.13.0" });
    expect((await probeCuda(path, false, options)).value?.cuda.available).toBe(true);
  });

  test.each([
    ["echo 'No module named encodings' >&2; exit 1", "ended with 1: No module named encodings"],
    ["kill -SEGV $$", "ended with SIGSEGV"],
    ["echo hello", "did not answer as Python does"],
    ['echo "tuning-fork-answer:{broken"', "did not answer as Python does"],
    ['echo "tuning-fork-answer:[1]"', "did not answer as Python does"],
  ])("that fails with %s is said with its reason", async (script, reason) => {
    const { value, reason: said } = await probePackages(program(script), [], options);
    expect(value).toBeUndefined();
    expect(said).toBe(reason);
  });

  test("that never comes is not waited for", async () => {
    const { answer, reason } = await probePackages(program("sleep 600"), [], { ...options, timeoutMs: 300 });
    expect(answer.how).toBe("slow");
    expect(reason).toBe("did not answer within 0.3 s");
  });
});

const python = pythonHere();

function pythonHere(): string | undefined {
  try {
    return execFileSync("python3", ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" }).trim();
  } catch {
    return undefined;
  }
}

describe.skipIf(python === undefined)("a real interpreter", () => {
  test("describes itself, and its packages without importing them", async () => {
    const { value } = await probePackages(python!, ["no-such-package"], options);
    expect(value).toMatchObject({ executable: python, packages: {}, isWide: true });
    expect(value?.version).toMatch(/^3\.\d+\.\d+$/);
  });

  test("one whose torch is broken says why it cannot be loaded, and for what it was built", async () => {
    execFileSync(python!, ["-m", "venv", "--without-pip", join(folder, "venv")]);
    const own = join(folder, "venv/bin/python");
    const site = execFileSync(own, ["-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], {
      encoding: "utf8",
    }).trim();
    mkdirSync(join(site, "torch"));
    mkdirSync(join(site, "torch-2.13.0.dist-info"));
    writeFileSync(
      join(site, "torch-2.13.0.dist-info/METADATA"),
      "Metadata-Version: 2.1\nName: torch\nVersion: 2.13.0\n",
    );
    writeFileSync(join(site, "torch/version.py"), "cuda: Optional[str] = '12.8'\nhip: Optional[str] = None\n");
    writeFileSync(
      join(site, "torch/__init__.py"),
      "raise OSError('libcudart.so.12: cannot open shared object file')\n",
    );
    mkdirSync(join(site, "transformers"));
    writeFileSync(join(site, "transformers/__init__.py"), "");
    const { value } = await probePackages(own, ["torch"], options);
    expect(value?.uncompiled).toBe(site);
    mkdirSync(join(site, "transformers/__pycache__"));
    expect((await probePackages(own, ["torch"], options)).value?.uncompiled).toBeNull();
    expect(value).toMatchObject({ packages: { torch: "2.13.0" }, torchBuilt: "12.8", hasPip: false, isManaged: false });
    expect((await probeCuda(own, true, options)).value).toEqual({
      cuda: {
        available: false,
        reason: "torch cannot be imported: libcudart.so.12: cannot open shared object file",
      },
      bitsandbytes: { usable: false, reason: expect.any(String) as string },
    });
  });
});

describe("the command that installs", () => {
  const wanted = ["torch>=2.4", "peft"];
  test("is the one of the environment's manager", () => {
    expect(installCommand(descriptionOf(), wanted)).toBe("/opt/python/bin/python3 -m pip install 'torch>=2.4' peft");
    expect(installCommand(descriptionOf({ isUv: true, hasPip: false }), wanted)).toBe(
      "uv pip install --python /opt/python/bin/python3 'torch>=2.4' peft",
    );
    expect(installCommand(descriptionOf({ isConda: true }), wanted)).toBe(
      "conda install --prefix /opt/python --channel conda-forge 'pytorch>=2.4' peft",
    );
  });

  test("makes an environment where the system forbids to install", () => {
    expect(installCommand(descriptionOf({ executable: "/usr/bin/python3", isManaged: true }), ["peft"])).toBe(
      "/usr/bin/python3 -m venv .venv && .venv/bin/python -m pip install peft",
    );
  });

  test("quotes what a shell would take apart", () => {
    expect(installCommand(descriptionOf({ executable: "/home/my name/it's/python" }), ["peft"])).toBe(
      "'/home/my name/it'\\''s/python' -m pip install peft",
    );
  });

  test("replaces a torch for processors", () => {
    expect(cudaTorchCommand(descriptionOf({ isUv: true }), "torch>=2.4")).toBe(
      "uv pip install --python /opt/python/bin/python3 --reinstall --torch-backend=auto 'torch>=2.4'",
    );
    expect(cudaTorchCommand(descriptionOf(), "torch>=2.4")).toContain("-m pip install --force-reinstall");
  });
});
