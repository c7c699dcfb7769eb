import type { Database, SqlValue } from "./driver.ts";

/** Rows of one statement. Each statement costs a hop to SQLite's thread and back, however few rows it writes. */
const ROWS = 16;

/** Rows of one table on their way into it, many to a statement. */
export class RowBatch {
  readonly #db: Database;
  readonly #sql: (rows: number) => string;
  readonly #columns: number;
  #values: SqlValue[] = [];

  /** `onConflict`: what follows the values (an upsert clause), or empty. */
  constructor(db: Database, table: string, columns: readonly string[], onConflict = "") {
    this.#db = db;
    this.#columns = columns.length;
    const row = `(${columns.map(() => "?").join(", ")})`;
    this.#sql = (rows) =>
      `INSERT INTO ${table} (${columns.join(", ")}) VALUES ${Array.from({ length: rows }, () => row).join(", ")} ${onConflict}`;
  }

  /** Whether the next `add` should be preceded by a `flush`. */
  get isFull(): boolean {
    return this.#values.length >= ROWS * this.#columns;
  }

  add(...values: SqlValue[]): void {
    this.#values.push(...values);
  }

  async flush(): Promise<void> {
    const values = this.#values;
    this.#values = [];
    const rows = values.length / this.#columns;
    // Two statements are kept prepared: one row, and as many as fit.
    if (rows === ROWS) await this.#db.run(this.#sql(ROWS), ...values);
    else
      for (let at = 0; at < values.length; at += this.#columns)
        await this.#db.run(this.#sql(1), ...values.slice(at, at + this.#columns));
  }
}
