// The browser's permission for pages of the public web to reach servers on private networks. Chromium asks for it since
// its version 142, and a call that it refuses looks like one that nobody answers.
import type { Ports } from "./ports.js";

/** The names that browsers have had for it. */
const names = ["local-network-access", "local-network"] as const;

/** The policy that lets a frame ask for it as well. */
export const localNetworkPolicy = "local-network-access";

/** Whether the person, or a policy, has refused it to this page. */
export async function isLocalNetworkDenied(ports: Ports): Promise<boolean> {
  for (const name of names) {
    const state = await ports.permission(name);
    if (state !== null) return state === "denied";
  }
  return false;
}

/** A frame's `allow` with the policy in it. */
export function withLocalNetwork(allow: string): string {
  const rules = allow
    .split(";")
    .map((rule) => rule.trim())
    .filter((rule) => rule !== "");
  const isThere = rules.some((rule) => rule.split(/\s+/)[0] === localNetworkPolicy);
  return (isThere ? rules : [...rules, localNetworkPolicy]).join("; ");
}
