import type { ReactiveController, ReactiveControllerHost } from "lit";

/** Rows one page key moves. */
const PAGE_ROWS = 12;

/**
 * Keys of a table with the role `grid`: one cell at a time can be tabbed to, arrows, Home, End and page keys move to others,
 * Enter does what the link or button in the cell does. Cells say where they are with `data-row` and `data-column`.
 */
export class GridKeys implements ReactiveController {
  readonly #element: ReactiveControllerHost & HTMLElement;
  #row = 0;
  #column = 0;

  constructor(element: ReactiveControllerHost & HTMLElement) {
    this.#element = element;
    element.addController(this);
  }

  /** After a filter the cell may be gone; then the last one can be tabbed to. */
  hostUpdated(): void {
    const cells = this.#cells();
    if (cells.length === 0 || cells.some((cell) => cell.tabIndex === 0)) return;
    [this.#row, this.#column] = placeOf(cells.at(-1)!);
    this.#element.requestUpdate();
  }

  /** The cell's `tabindex`. */
  tabIndex(row: number, column: number): 0 | -1 {
    return row === this.#row && column === this.#column ? 0 : -1;
  }

  readonly focused = (event: FocusEvent): void => {
    const cell = (event.target as Element).closest<HTMLElement>("[data-row]");
    if (!cell) return;
    [this.#row, this.#column] = placeOf(cell);
    this.#element.requestUpdate();
  };

  readonly pressed = (event: KeyboardEvent): void => {
    const cell = (event.target as Element).closest<HTMLElement>("[data-row]");
    if (!cell) return;
    if (event.key === "Enter") {
      if (event.target !== cell) return;
      cell.querySelector<HTMLElement>("a, button")?.click();
      return event.preventDefault();
    }
    const next = this.#next(event);
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  };

  #next({ key, ctrlKey, metaKey }: KeyboardEvent): HTMLElement | undefined {
    const cells = this.#cells();
    const rows = [...new Set(cells.map((cell) => placeOf(cell)[0]))];
    const columns = Math.max(...cells.map((cell) => placeOf(cell)[1])) + 1;
    const at = rows.indexOf(this.#row);
    const far = ctrlKey || metaKey;
    const moves: Record<string, [number, number]> = {
      ArrowUp: [at - 1, this.#column],
      ArrowDown: [at + 1, this.#column],
      ArrowLeft: [at, this.#column - 1],
      ArrowRight: [at, this.#column + 1],
      PageUp: [at - PAGE_ROWS, this.#column],
      PageDown: [at + PAGE_ROWS, this.#column],
      Home: [far ? 0 : at, 0],
      End: [far ? rows.length - 1 : at, columns - 1],
    };
    const move = moves[key];
    if (!move) return undefined;
    const row = rows[Math.min(rows.length - 1, Math.max(0, move[0]))];
    const column = Math.min(columns - 1, Math.max(0, move[1]));
    return cells.find((cell) => placeOf(cell)[0] === row && placeOf(cell)[1] === column);
  }

  #cells(): HTMLElement[] {
    return [...(this.#element.shadowRoot?.querySelectorAll<HTMLElement>("[data-row]") ?? [])];
  }
}

const placeOf = ({ dataset }: HTMLElement): [number, number] => [Number(dataset["row"]), Number(dataset["column"])];
