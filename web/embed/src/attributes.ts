// The attributes of `<fanlight-embed>`; apart from the element, so that code without a DOM can name them.

/** Changing one of these starts the session anew. */
export const sessionAttributes = [
  "host",
  "app",
  "sheet",
  "object",
  "identity",
  "web-integration",
  "token-endpoint",
  "theme",
  "lang",
  "bookmark",
  "opt",
  "select",
  "keep-alive",
  "ttl",
  "handshake",
  "auto-height",
] as const;

export const embedAttributes = [...sessionAttributes, "present"] as const;
export type EmbedAttribute = (typeof embedAttributes)[number];
