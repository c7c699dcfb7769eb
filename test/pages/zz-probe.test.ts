import { readFileSync, appendFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "vitest";
import { startPages } from "../support/pages/browser.ts";
import { runFile } from "../../src/runs/layout.ts";
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
test("probe", { timeout: 500_000 }, async () => {
  const bench = await startPages();
  const { home, runs } = await bench.server.workspace("failed");
  const names = ["black","red","green","yellow","blue","magenta","cyan","white"];
  appendFileSync(runFile(home.paths.run(runs[0]!), "output"), names.map((n, i) => `\u001b[3${i}m${n}\u001b[0m \u001b[9${i}mbright ${n}\u001b[0m \u001b[4${i}mon ${n}\u001b[0m \u001b[7;3${i}mreverse\u001b[0m \u001b[2mdim\u001b[0m\n`).join("") + "\r1%\r2%\r3%\n" + "a very long line ".repeat(30) + "\n");
  for (const theme of ["dark", "light", "hc", "hc-light"]) {
    const { page } = await bench.open({ page: "run", scenario: "failed", theme });
    await page.evaluate(axe);
    for (const tab of ["Log", "Config", "Environment"]) {
      await page.getByRole("tab", { name: tab }).click();
      await page.waitForTimeout(1500);
      if (tab === "Log" && theme === "light") { await page.getByRole("textbox").fill("torch"); await page.getByText("Wrap lines").click(); await page.waitForTimeout(1500); }
      const found = await page.evaluate(async () => (await (window as any).axe.run()).violations);
      for (const { id, help, nodes } of found) if (!/landmark|region/.test(id)) console.log(theme, tab, id, help, nodes.slice(0, 6).map((n: any) => n.html.slice(0, 160) + " " + (n.any[0]?.message ?? "").slice(0, 200)).join("\n"));
      await page.screenshot({ path: `/tmp/c-${theme}-${tab}.png` });
    }
    await page.context().close();
  }
  await bench.close();
});
