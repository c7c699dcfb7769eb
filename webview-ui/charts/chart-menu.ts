/** What can be done with a chart beside looking at it. */
import { t } from "../../src/base/l10n.ts";
import type { MenuItem } from "../shared/menu.ts";
import { theme } from "../shared/theme.ts";
import { fileName, sceneCsv } from "./export.ts";
import type { ChartSpec } from "./model.ts";
import { canvasPng } from "./picture.ts";
import type { Scene } from "./scene.ts";

/** A chart as its menu sees it. */
export interface MenuTarget {
  readonly spec: ChartSpec;
  readonly scene: Scene | undefined;
  readonly full: boolean;
  readonly picture: HTMLCanvasElement;
  toggleFull(): void;
  toggleLog(): void;
  showTable(): void;
  emit(name: "save-file", detail: { name: string; content: string | Uint8Array }): void;
}

export function chartMenu({ spec, scene, full }: MenuTarget): MenuItem[] {
  const scale = scene?.isLog ? t("Linear scale") : t("Logarithmic scale");
  return [
    { id: "full", label: full ? t("Leave full size") : t("Full size"), key: "F" },
    ...(spec.range ? [] : [{ id: "log", label: scale, key: "L" }]),
    { id: "table", label: t("Show as table"), key: "T" },
    { id: "png", label: t("Save picture…"), separated: true },
    { id: "csv", label: t("Save data…") },
  ];
}

/** Does what an item of `chartMenu` says. */
export function chooseFromMenu(chart: MenuTarget, item: string): void {
  const { spec, scene } = chart;
  if (item === "full") chart.toggleFull();
  else if (item === "log") chart.toggleLog();
  else if (item === "table") chart.showTable();
  else if (item === "png") void savePicture(chart);
  else if (scene) chart.emit("save-file", { name: fileName(spec.title, "csv"), content: sceneCsv(scene) });
}

async function savePicture(chart: MenuTarget): Promise<void> {
  const { spec, picture } = chart;
  const colors = { background: "var(--vscode-editor-background)", foreground: "var(--vscode-foreground)" };
  const content = await canvasPng(picture, spec.title, theme.color(colors.background), theme.color(colors.foreground));
  chart.emit("save-file", { name: fileName(spec.title, "png"), content });
}
