// Bundles the tests and runs them with Node's own runner. Further arguments go to it.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { bundleTests, root } from "./bundle.mjs";

const files = await bundleTests(join(root, ".build/test"));
const args = ["--test", "--enable-source-maps", ...process.argv.slice(2), ...files];
const runner = spawn(process.execPath, args, { stdio: "inherit", cwd: root });
runner.on("exit", (code) => (process.exitCode = code ?? 1));
