// A browser of Chromium's family for the tests: the one named by TUNING_FORK_BROWSER, one on the PATH, one of macOS, else
// Debian's package where this script may install it.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge"];
const APPS = ["Google Chrome.app/Contents/MacOS/Google Chrome", "Chromium.app/Contents/MacOS/Chromium"];
/** With fonts for Latin and for Chinese: the pages are looked at in both. */
const PACKAGES = ["chromium", "fonts-dejavu-core", "fonts-wqy-microhei"];
const APT_TIMEOUT_MS = 10 * 60_000;

/** @returns {string | undefined} the program's path */
export function findBrowser() {
  const named = process.env.TUNING_FORK_BROWSER;
  if (named) return named;
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const candidates = [
    ...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))),
    ...(process.platform === "darwin" ? APPS.map((app) => join("/Applications", app)) : []),
  ];
  return candidates.find((path) => existsSync(path));
}

/**
 * @param {(text: string) => void} say told what is being installed
 * @returns {string} the program's path
 * @throws {Error} with what to install, when there is none and none can be had
 */
export function ensureBrowser(say = console.log) {
  return findBrowser() ?? (installed(say) && findBrowser()) ?? missing();
}

function installed(say) {
  if (process.platform !== "linux" || process.getuid() !== 0 || !runs("apt-get", ["--version"], "ignore")) return false;
  say("Installing Chromium for the tests, once, about 350 MB…");
  const install = ["install", "-y", "--no-install-recommends", ...PACKAGES];
  return runs("apt-get", ["update", "-qq"]) && runs("apt-get", ["-qq", ...install]);
}

function missing() {
  throw new Error("The tests need a browser: install Chromium or Chrome, or name one in TUNING_FORK_BROWSER.");
}

function runs(program, args, stdio = "inherit") {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  return spawnSync(program, args, { stdio, env, timeout: APT_TIMEOUT_MS }).status === 0;
}
