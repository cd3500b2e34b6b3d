import { assertEquals, assertRejects } from "../../../tests/assert.ts";
import type { RegistryAuthDecl } from "../../core/declarations.ts";
import { DaguError } from "../../core/errors.ts";
import { registryLogin } from "./registry_login.ts";

type Declared = Readonly<Record<string, RegistryAuthDecl>>;

function login(image: string, declared: Declared | null, variables: Record<string, string> = {}) {
  return registryLogin(image, {
    declared,
    evaluate: (text) => Promise.resolve(text.replaceAll("${PW}", "secret")),
    lookup: (name) => variables[name] ?? (name === "HOME" ? "/nowhere" : ""),
  });
}

const AUTH = btoa("user:pass:word");

Deno.test("logins: those of the DAG by the image's registry", async () => {
  const declared = {
    "ghcr.io": { username: "me", password: "${PW}", auth: "" },
    "docker.io": { username: "", password: "", auth: AUTH },
  };
  assertEquals(await login("ghcr.io/a/b", declared), {
    username: "me",
    password: "secret",
    serveraddress: "ghcr.io",
  });
  assertEquals(await login("alpine", declared), {
    username: "user",
    password: "pass:word",
    serveraddress: "docker.io",
  });
  assertEquals(await login("quay.io/a", declared), null);
});

Deno.test("logins: a whole configuration, of the DAG, a variable or the user", async () => {
  const text = JSON.stringify({
    auths: { "https://index.docker.io/v1/": { auth: AUTH }, "r.example:5000": { identitytoken: "t" } },
  });
  const user = { username: "user", password: "pass:word", serveraddress: "docker.io" };
  assertEquals(await login("alpine", { _json: { username: "", password: "", auth: text } }), user);
  assertEquals(await login("alpine", null, { DOCKER_AUTH_CONFIG: text }), user);
  assertEquals(await login("r.example:5000/a", null, { DOCKER_AUTH_CONFIG: text }), {
    identitytoken: "t",
    serveraddress: "r.example:5000",
  });
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/config.json`, text);
    assertEquals(await login("alpine", null, { DOCKER_CONFIG: folder }), user);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  assertEquals(await login("alpine", null), null);
});

Deno.test("logins: a configuration that cannot be read is an error without its text", async () => {
  const broken = await assertRejects(
    () => login("alpine", null, { DOCKER_AUTH_CONFIG: "{secret" }),
    DaguError,
  );
  assertEquals(broken.message.includes("secret"), false);
  await assertRejects(
    () => login("alpine", { "docker.io": { username: "", password: "", auth: "%%" } }),
    DaguError,
    "is not user:password in Base64",
  );
});
