import { defineConfig } from "@playwright/test";

// Each worker starts a server of its own; two keep two cores busy.
export default defineConfig({
  testDir: "specs",
  outputDir: "out/results",
  fullyParallel: false,
  workers: 2,
  // A browser on a busy machine can miss a frame; a test that passes only at the second try is reported as flaky.
  retries: process.env["CI"] ? 1 : 0,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: [["list"]],
});
