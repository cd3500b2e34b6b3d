/** Who to be at the registry of an image. */
import type { RegistryAuthDecl } from "../../core/declarations.ts";
import { DaguError } from "../../core/errors.ts";
import { readTextIfExists } from "../../platform/files/files.ts";
import { join } from "../../platform/files/path.ts";
import type { Lookup } from "./engine_address.ts";
import { DEFAULT_REGISTRY, registryOf } from "./declaration/image_reference.ts";
import type { RegistryLogin } from "./request.ts";

/** Names under which the default registry stands in configurations. */
const DEFAULT_NAMES = [
  DEFAULT_REGISTRY,
  "index.docker.io",
  "registry-1.docker.io",
  "https://index.docker.io/v1/",
];

/** A whole docker configuration among the logins of a DAG. */
const WHOLE = "_json";

export interface LoginSources {
  /** `registryAuths` of the DAG. */
  readonly declared: Readonly<Record<string, RegistryAuthDecl>> | null;
  readonly evaluate: (template: string) => Promise<string>;
  /** For `DOCKER_AUTH_CONFIG`, `DOCKER_CONFIG` and `HOME`. */
  readonly lookup: Lookup;
}

/**
 * The login for an image: from the DAG, else from `DOCKER_AUTH_CONFIG`, else from the `config.json` of the docker
 * command; null when none has one. Credential helpers are programs and are not asked.
 * @throws DaguError for a configuration that is no JSON.
 */
export async function registryLogin(image: string, sources: LoginSources): Promise<RegistryLogin | null> {
  const registry = registryOf(image);
  const names = registry === DEFAULT_REGISTRY
    ? DEFAULT_NAMES
    : [registry, `https://${registry}`, `http://${registry}`];
  const { declared, evaluate, lookup } = sources;
  if (declared) {
    for (const name of names) {
      if (Object.hasOwn(declared, name)) return await declaredLogin(declared[name]!, registry, evaluate);
    }
    if (Object.hasOwn(declared, WHOLE)) {
      const text = await evaluate(declared[WHOLE]!.auth);
      const login = loginIn(text, "registryAuths", names, registry);
      if (login) return login;
    }
  }
  const given = lookup("DOCKER_AUTH_CONFIG");
  if (given !== "") return loginIn(given, "DOCKER_AUTH_CONFIG", names, registry);
  const folder = lookup("DOCKER_CONFIG") || join(lookup("HOME") || "/", ".docker");
  const file = join(folder, "config.json");
  const text = await readTextIfExists(file);
  return text === null ? null : loginIn(text, file, names, registry);
}

async function declaredLogin(
  decl: RegistryAuthDecl,
  registry: string,
  evaluate: LoginSources["evaluate"],
): Promise<RegistryLogin> {
  const auth = await evaluate(decl.auth);
  if (auth !== "" && decl.username === "") return fromAuth(auth, registry, "registryAuths");
  return {
    username: await evaluate(decl.username),
    password: await evaluate(decl.password),
    serveraddress: registry,
  };
}

interface AuthEntry {
  readonly auth?: string;
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
}

function loginIn(
  text: string,
  place: string,
  names: readonly string[],
  registry: string,
): RegistryLogin | null {
  let auths: Record<string, AuthEntry>;
  try {
    auths = (JSON.parse(text) as { auths?: Record<string, AuthEntry> })?.auths ?? {};
  } catch {
    throw new DaguError(`Cannot read the logins of registries from ${place}: it is not JSON`);
  }
  const name = names.find((one) => Object.hasOwn(auths, one));
  if (name === undefined) return null;
  const { auth = "", username = "", password = "", identitytoken = "" } = auths[name]!;
  if (identitytoken !== "") return { identitytoken, serveraddress: registry };
  if (username !== "") return { username, password, serveraddress: registry };
  return auth === "" ? null : fromAuth(auth, registry, place);
}

/** Base64 of `user:password`. */
function fromAuth(auth: string, registry: string, place: string): RegistryLogin {
  let text: string;
  try {
    text = new TextDecoder().decode(Uint8Array.from(atob(auth.trim()), (char) => char.charCodeAt(0)));
  } catch {
    text = "";
  }
  const colon = text.indexOf(":");
  if (colon < 1) {
    throw new DaguError(`Cannot log in at "${registry}": "auth" in ${place} is not user:password in Base64`);
  }
  return { username: text.slice(0, colon), password: text.slice(colon + 1), serveraddress: registry };
}
