import { expect, test } from "vitest";
import { uncheckedFindings } from "../../../src/config/unchecked.ts";

test("one piece of information for each reason, neighbours told as a range", () => {
  const ids = ["C29", "C27", "C28", "C63"];
  const found = uncheckedFindings([
    ...ids.map((id) => ({ id, reason: "org/name is not in the Hugging Face cache" })),
    { id: "C14", reason: "the task is not known" },
  ]);
  expect(found.map(({ message }) => message)).toEqual([
    "Not checked: C27–C29, C63, because org/name is not in the Hugging Face cache.",
    "Not checked: C14, because the task is not known.",
  ]);
  expect(found[0]).toMatchObject({ id: "C27", severity: "information", path: ["model", "name_or_path"] });
  expect(found[1]).toMatchObject({ path: ["data", "train"] });
});
