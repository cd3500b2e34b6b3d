import { assertEquals, assertRejects } from "../../../tests/assert.ts";
import { DaguError } from "../../core/errors.ts";
import { engineOf } from "./engine_address.ts";
import { dockerPermissions } from "./request.ts";

function engine(variables: Record<string, string>) {
  return engineOf((name) => variables[name] ?? "");
}

Deno.test("engine: links to the socket are followed, and it alone is granted", async () => {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    await Deno.writeTextFile(`${folder}/real`, "");
    await Deno.symlink(`${folder}/real`, `${folder}/link`);
    const found = await engine({ DOCKER_HOST: `unix://${folder}/link`, DOCKER_API_VERSION: "v1.41" });
    assertEquals(found, { kind: "socket", path: `${folder}/real`, version: "1.41" });
    assertEquals(dockerPermissions({ engine: found }), {
      net: [`unix:${folder}/real`],
      read: [`${folder}/real`],
      write: [`${folder}/real`],
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("engine: ports and certificates", async () => {
  const plain = await engine({ DOCKER_HOST: "tcp://host" });
  assertEquals(plain, { kind: "tcp", host: "host", port: 2375, tls: null, version: "" });
  const six = await engine({ DOCKER_HOST: "tcp://[::1]:99/" });
  assertEquals(dockerPermissions({ engine: six }), { net: ["[::1]:99"] });
  const folder = await Deno.makeTempDir();
  try {
    for (const name of ["ca", "cert"]) await Deno.writeTextFile(`${folder}/${name}.pem`, name);
    const variables = { DOCKER_HOST: "tcp://host", DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: folder };
    await assertRejects(() => engine(variables), DaguError, "cert.pem and key.pem belong together");
    await Deno.writeTextFile(`${folder}/key.pem`, "key");
    assertEquals(await engine(variables), {
      kind: "tcp",
      host: "host",
      port: 2376,
      tls: { ca: "ca", cert: "cert", key: "key" },
      version: "",
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("engine: other addresses are refused with what would be right", async () => {
  await assertRejects(() => engine({ DOCKER_HOST: "ssh://me@host" }), DaguError, "forward its socket");
  await assertRejects(() => engine({ DOCKER_HOST: "npipe:////x" }), DaguError, "expected unix:///");
  await assertRejects(
    () => engine({ DOCKER_HOST: "tcp://host:70000" }),
    DaguError,
    "expected tcp://host:port",
  );
});
