// Builds the package into `dist/`: modules with types, and `fanlight-embed.js`.
import { join } from "node:path";
import { bundleFile, bundlePackage, root } from "./bundle.mjs";

const out = join(root, "dist");
await bundlePackage(out);
await bundleFile(join(out, "fanlight-embed.js"));
