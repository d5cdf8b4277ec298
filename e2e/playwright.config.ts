import { defineConfig } from "@playwright/test";
import { join } from "node:path";

// The examples of the documentation read them.
process.env["FANLIGHT_BIN"] ??= join(import.meta.dirname, "../target/debug/fanlight");
process.env["CHROMIUM"] ??= "/usr/bin/chromium";

// Each worker starts a server of its own; two keep two cores busy.
export default defineConfig({
  testDir: "specs",
  tsconfig: "tsconfig.json",
  outputDir: "out/results",
  fullyParallel: false,
  workers: 2,
  // A browser on a busy machine can miss a frame; a test that passes only at the second try is counted and named.
  retries: process.env["CI"] ? 1 : 0,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: [["list"], ["./support/retries.ts"]],
  // For the examples of the documentation; other specs open a browser of their own.
  use: {
    launchOptions: { executablePath: process.env["CHROMIUM"], args: ["--no-sandbox"] },
  },
});
