// enigma.js generates its methods from a schema of 200 kB. This picks the calls that a page around a sheet makes; who needs
// more passes the full schema as an option.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const kept = {
  Global: ["EngineVersion", "OpenDoc", "GetActiveDoc", "GetAuthenticatedUser"],
  Doc: [
    "GetAppLayout",
    "GetObject",
    "GetField",
    "GetBookmark",
    "GetVariableByName",
    "CreateSessionObject",
    "DestroySessionObject",
    "ApplyBookmark",
    "ClearAll",
    "LockAll",
    "UnlockAll",
    "Back",
    "Forward",
    "Evaluate",
    "EvaluateEx",
  ],
  GenericObject: [
    "GetLayout",
    "GetProperties",
    "SetProperties",
    "ApplyPatches",
    "GetHyperCubeData",
    "GetListObjectData",
    "SelectListObjectValues",
    "SelectHyperCubeValues",
    "SearchListObjectFor",
    "AcceptListObjectSearch",
    "AbortListObjectSearch",
    "ClearSelections",
    "BeginSelections",
    "EndSelections",
  ],
  GenericBookmark: ["GetLayout", "Apply"],
  GenericVariable: ["GetLayout", "SetStringValue", "SetNumValue", "SetDualValue"],
  GenericDimension: ["GetLayout"],
  GenericMeasure: ["GetLayout"],
  Field: [
    "Select",
    "ToggleSelect",
    "SelectValues",
    "SelectAll",
    "SelectPossible",
    "SelectExcluded",
    "Clear",
    "Lock",
    "Unlock",
  ],
};

/** The schema's kept part. Fails when the installed enigma.js knows one of the calls no more. */
export async function keptSchema() {
  const path = createRequire(import.meta.url).resolve("enigma.js/schemas/12.2027.0.json");
  const { structs } = JSON.parse(await readFile(path, "utf8"));
  const entries = Object.entries(kept).map(([type, names]) => {
    const methods = names.map((name) => {
      const method = structs[type]?.[name];
      if (method === undefined) throw new Error(`enigma.js has no ${type}.${name}`);
      return [name, method];
    });
    return [type, Object.fromEntries(methods)];
  });
  return { structs: Object.fromEntries(entries), enums: {} };
}

/** `import schema from "fanlight:schema"`, for esbuild. */
export function schemaPlugin() {
  return {
    name: "schema",
    setup(builder) {
      builder.onResolve({ filter: /^fanlight:schema$/ }, ({ path }) => ({ path, namespace: "fanlight" }));
      builder.onLoad({ filter: /.*/, namespace: "fanlight" }, async () => ({
        contents: JSON.stringify(await keptSchema()),
        loader: "json",
      }));
    },
  };
}
