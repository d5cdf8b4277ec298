// The page without a page around it: nobody signs its reader in here, so it says where that is done.

interface Places {
  /** The page that the tenant sends people to; null when it has none. */
  readonly signInPage: string | null;
  /** The origins of its portals. */
  readonly portals: readonly string[];
}

/** Addresses of the portals where people sign in; none when the tenant does not say. */
export async function portals(): Promise<readonly string[]> {
  try {
    const response = await fetch("/login", { headers: { accept: "application/json" } });
    if (!response.ok) return [];
    const places = (await response.json()) as Places;
    const first = places.signInPage === null ? [] : [new URL(places.signInPage).origin];
    return [...new Set([...first, ...places.portals])];
  } catch {
    return [];
  }
}
