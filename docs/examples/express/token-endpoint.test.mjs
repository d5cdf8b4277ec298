// `node --test` in this folder. With TENANT, ISSUER, KEY_ID and KEY_FILE in the environment the tenant is asked as well
// whether it takes the token; `cargo test -p fanlight-testkit` sets them.
import assert from "node:assert/strict";
import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import express from "express";
import { tokenEndpoint } from "./token-endpoint.mjs";

const { TENANT: tenant, KEY_FILE: keyFile, KEY_ID: keyId = "k", ISSUER: issuer = "https://portal.example" } = process.env;
const origin = "https://portal.example";
const privateKeyPem = keyFile
  ? readFileSync(keyFile, "utf8")
  : generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs8", format: "pem" });

let server;
before(async () => {
  const app = express();
  const personOf = (request) =>
    request.get("x-test-person")
      ? {
          id: "ada",
          name: "Ada Quill",
          groups: ["sales"],
          email: "ada@portal.example",
          emailVerified: request.get("x-test-person") === "verified",
        }
      : null;
  app.use("/analytics-token", tokenEndpoint({ origin, issuer, keyId, privateKeyPem, personOf }));
  server = app.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
});
after(() => server.close());

const ask = (headers, method = "POST") =>
  fetch(`http://127.0.0.1:${server.address().port}/analytics-token`, { method, headers });

test("another page gets no token", async () => {
  assert.equal((await ask({ "x-test-person": "ada", origin: "https://elsewhere.example" })).status, 403);
  assert.equal((await ask({ "x-test-person": "ada" })).status, 403);
});

test("nobody gets no token", async () => {
  assert.equal((await ask({ origin })).status, 401);
});

test("a link gets no token", async () => {
  assert.equal((await ask({ "x-test-person": "ada", origin }, "GET")).status, 404);
});

test("the signed-in person gets one", async () => {
  const answer = await ask({ "x-test-person": "ada", origin });
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("cache-control"), "no-store");
  const { body: token } = await answer.json();
  const [head, claims, signature] = token.split(".");
  const read = (part) => JSON.parse(Buffer.from(part, "base64url"));
  assert.deepEqual(read(head), { alg: "RS256", typ: "JWT", kid: keyId });
  assert.equal(read(claims).sub, "ada");
  assert.equal("email" in read(claims), false, "nobody has verified it");
  assert.equal(read(claims).exp - read(claims).nbf, 60);
  const message = Buffer.from(`${head}.${claims}`);
  assert.ok(verify("RSA-SHA256", message, createPublicKey(privateKeyPem), Buffer.from(signature, "base64url")));
});

test("a verified e-mail address is in it", async () => {
  const { body: token } = await (await ask({ "x-test-person": "verified", origin })).json();
  const claims = JSON.parse(Buffer.from(token.split(".")[1], "base64url"));
  assert.deepEqual([claims.email, claims.email_verified], ["ada@portal.example", true]);
});

test("the tenant takes it, once", { skip: tenant ? false : "TENANT is not set" }, async () => {
  const { body: token } = await (await ask({ "x-test-person": "ada", origin })).json();
  const signIn = () => fetch(`${tenant}/login/jwt-session`, { method: "POST", headers: { authorization: `Bearer ${token}` } });
  const first = await signIn();
  assert.equal(first.status, 200, await first.text());
  assert.equal((await signIn()).status, 401);
});
