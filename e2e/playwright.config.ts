import { defineConfig } from "@playwright/test";

// Each worker starts a server of its own; two keep two cores busy.
export default defineConfig({
  testDir: "specs",
  outputDir: "out/results",
  fullyParallel: false,
  workers: 2,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
});
