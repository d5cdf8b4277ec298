import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "@playwright/test";

process.env["FANLIGHT_BIN"] ??= join(fileURLToPath(import.meta.url), "../../target/release/fanlight");

// Measurements run alone, against the release build.
export default defineConfig({
  testDir: "bench",
  outputDir: "out/bench",
  workers: 1,
  timeout: 300_000,
  reporter: [["line"]],
});
