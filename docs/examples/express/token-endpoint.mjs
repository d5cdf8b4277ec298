// The token endpoint of a portal in Express: a sign-in token for the person who is signed in to the portal.
//
//   import { tokenEndpoint } from "./token-endpoint.mjs";
//
//   app.use("/analytics-token", tokenEndpoint({
//     origin: "https://portal.example.com",
//     issuer: "https://portal.example.com",
//     keyId: "2026-11",
//     privateKeyPem: readFileSync(process.env.ANALYTICS_KEY_FILE, "utf8"),
//     personOf: (request) => request.session.person ?? null,   // your portal's own session
//   }));
import { createPrivateKey, randomUUID, sign } from "node:crypto";
import express from "express";

/** A token is used at once; a minute leaves room for a slow network. */
const tokenSeconds = 60;

/**
 * @typedef {{ id: string, name: string, email?: string, emailVerified?: boolean, groups?: string[] }} Person
 *   an e-mail address goes into the token only where the portal has verified that it is the person's
 * @param {object} options
 * @param {string} options.origin the portal's own origin; no other page gets a token
 * @param {string} options.issuer the `iss` that the tenant knows the portal by
 * @param {string} options.keyId the `kid` of the key there
 * @param {string} options.privateKeyPem an RSA key, as `fanlight keys new` makes it
 * @param {(request: express.Request) => Person | null} options.personOf who is signed in to the portal
 */
export function tokenEndpoint({ origin, issuer, keyId, privateKeyPem, personOf }) {
  const key = createPrivateKey(privateKeyPem);
  if (key.asymmetricKeyType !== "rsa") throw new Error("this example signs by RS256, which needs an RSA key");
  const router = express.Router();
  router.post("/", (request, response) => {
    response.set("Cache-Control", "no-store");
    if (request.get("origin") !== origin) return response.status(403).json({ error: "not the portal's own page" });
    const person = personOf(request);
    if (person === null) return response.status(401).json({ error: "sign in to the portal first" });
    response.json({ body: mint(person, { issuer, keyId, key }) });
  });
  return router;
}

function mint(person, { issuer, keyId, key }) {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: issuer,
    aud: "qlik.api/login/jwt-session",
    sub: person.id,
    subType: "user",
    name: person.name,
    ...(person.email && person.emailVerified && { email: person.email, email_verified: true }),
    ...(person.groups && { groups: person.groups }),
    jti: randomUUID(),
    iat: now,
    nbf: now,
    exp: now + tokenSeconds,
  };
  const encode = (part) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const message = `${encode({ alg: "RS256", typ: "JWT", kid: keyId })}.${encode(claims)}`;
  return `${message}.${sign("RSA-SHA256", Buffer.from(message), key).toString("base64url")}`;
}
