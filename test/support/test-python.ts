/** The interpreter with torch and its relatives that scripts/python.mjs makes; the tests' set-up names it. */
export function testPython(): string {
  const python = process.env["TUNING_FORK_TEST_PYTHON"];
  if (!python)
    throw new Error("TUNING_FORK_TEST_PYTHON is not set: run node scripts/python.mjs and name what it prints.");
  return python;
}
