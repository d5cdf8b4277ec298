// Bundles the tests and runs them with Node's own runner. Further arguments go to it.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { bundleFile, bundleTests, root } from "./bundle.mjs";

const files = await bundleTests(join(root, "node_modules/.cache/test"));
// The size is tested on what would be shipped now, not on what was built last.
await bundleFile(join(root, "node_modules/.cache/fanlight-embed.js"));
const args = ["--test", "--enable-source-maps", ...process.argv.slice(2), ...files];
const runner = spawn(process.execPath, args, { stdio: "inherit", cwd: root });
runner.on("exit", (code) => (process.exitCode = code ?? 1));
