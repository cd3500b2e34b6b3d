/** Where the engine is, by the variables that every Docker program takes. */
import { DaguError } from "../../core/errors.ts";
import { readTextIfExists } from "../../platform/files/files.ts";
import { join } from "../../platform/files/path.ts";
import { realPath } from "../../platform/files/real_path.ts";
import type { Engine } from "./request.ts";

const DEFAULT_SOCKET = "/var/run/docker.sock";
const PLAIN_PORT = 2375;
const TLS_PORT = 2376;
const VARIABLES = ["DOCKER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH", "DOCKER_API_VERSION", "HOME"];

/** Value of a variable; "" when it has none. */
export type Lookup = (name: string) => string;

/** What names an engine, by variable. */
export type EngineVariables = Readonly<Record<string, string>>;

/** All that {@link engineOf} looks at. */
export function engineVariables(lookup: Lookup): EngineVariables {
  return Object.fromEntries(VARIABLES.map((name) => [name, lookup(name)]));
}

/**
 * Reads `DOCKER_HOST`, `DOCKER_TLS_VERIFY`, `DOCKER_CERT_PATH` and `DOCKER_API_VERSION`. Links in the path of a
 * socket are followed.
 * @throws DaguError for an address that cannot be used, and for certificates that cannot be read.
 */
export async function engineOf(lookup: Lookup): Promise<Engine> {
  const version = lookup("DOCKER_API_VERSION").replace(/^v/, "");
  const address = lookup("DOCKER_HOST") || `unix://${DEFAULT_SOCKET}`;
  const [, scheme = "", rest = ""] = /^([a-z]+):\/\/(.*)$/s.exec(address) ?? [];
  switch (scheme) {
    case "unix":
      return { kind: "socket", path: await realPath(rest || DEFAULT_SOCKET) ?? rest, version };
    case "tcp":
    case "http":
    case "https": {
      const tls = scheme === "https" || lookup("DOCKER_TLS_VERIFY") !== "";
      return {
        kind: "tcp",
        ...hostAndPort(address, rest, tls),
        tls: tls ? await certificates(lookup) : null,
        version,
      };
    }
    case "ssh":
      throw new DaguError(
        `Cannot use the Docker engine at "${address}": connections by ssh are not supported; forward its socket, ` +
          `e.g. ssh -nNT -L /tmp/docker.sock:/var/run/docker.sock HOST, and set DOCKER_HOST=unix:///tmp/docker.sock`,
      );
    default:
      throw new DaguError(
        `Cannot use DOCKER_HOST "${address}": expected unix:///path/of/the/socket or tcp://host:port`,
      );
  }
}

function hostAndPort(address: string, rest: string, tls: boolean): { host: string; port: number } {
  const [, host = "", port = ""] = /^(\[[^\]]+\]|[^:/]+)(?::(\d{1,5}))?\/?$/.exec(rest) ?? [];
  if (host === "" || Number(port) > 65_535) {
    throw new DaguError(`Cannot use DOCKER_HOST "${address}": expected tcp://host:port`);
  }
  return { host: host.replace(/^\[|\]$/g, ""), port: Number(port) || (tls ? TLS_PORT : PLAIN_PORT) };
}

async function certificates(lookup: Lookup): Promise<{ ca: string; cert: string; key: string }> {
  const folder = lookup("DOCKER_CERT_PATH") || join(lookup("HOME") || "/", ".docker");
  const read = (name: string) => readTextIfExists(join(folder, name));
  const [ca, cert, key] = [await read("ca.pem"), await read("cert.pem"), await read("key.pem")];
  if ((cert === null) !== (key === null)) {
    throw new DaguError(
      `Cannot connect to the Docker engine with the certificate in "${folder}": cert.pem and key.pem belong together`,
    );
  }
  return { ca: ca ?? "", cert: cert ?? "", key: key ?? "" };
}
