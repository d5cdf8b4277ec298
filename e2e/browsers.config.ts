import { defineConfig } from "@playwright/test";

// Browsers that the other specs do not open: each by the driver that it comes with.
export default defineConfig({
  testDir: "browsers",
  tsconfig: "tsconfig.json",
  outputDir: "out/browsers",
  fullyParallel: false,
  workers: 1,
  retries: process.env["CI"] ? 1 : 0,
  timeout: 300_000,
  // WebKit draws without a graphics card here, which on a busy machine takes a minute.
  expect: { timeout: 90_000 },
  reporter: [["list"], ["./support/retries.ts"]],
});
