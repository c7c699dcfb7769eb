import { defineConfig } from "vitest/config";

/** What the suites share: bundles as new as the sources, and time for real processes on a slow machine. */
const shared = {
  globalSetup: ["test/support/global-setup.ts"],
  testTimeout: 120_000,
  hookTimeout: 120_000,
  // A browser beside a build answers late; what is awaited ends the wait when it comes.
  expect: { poll: { timeout: 15_000 } },
};

export default defineConfig({
  test: {
    // Each file starts real processes; more than the machine's cores would only make them wait for each other.
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...shared,
          name: "engine",
          include: ["test/unit/**/*.test.ts", "test/integration/**/*.test.ts"],
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...shared,
          name: "pages",
          // A browser on a crowded machine now and then answers late; what fails twice is wrong.
          retry: 1,
          include: ["test/pages/**/*.test.ts"],
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...shared,
          name: "e2e",
          // An editor drops a key that comes while it moves the focus; what fails three times is wrong.
          retry: 2,
          include: ["test/e2e/**/*.test.ts"],
          globalSetup: ["test/e2e/support/setup.ts"],
          testTimeout: 400_000,
          hookTimeout: 400_000,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
