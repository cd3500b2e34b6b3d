/** Which settings may stand together: whoever reaches a server without a login runs commands as its user. */
import { DaguError } from "../../../core/errors.ts";

export interface Exposure {
  readonly host: string;
  /** The address means this machine only. */
  readonly loopback: boolean;
  /** People have to say who they are. */
  readonly login: boolean;
  readonly tls: boolean;
  /** Another program takes the requests of strangers, with HTTPS, and hands them on. */
  readonly behindProxy: boolean;
  /** Somebody has said that it is meant so. */
  readonly insecure: boolean;
}

/**
 * What is dangerous although it was asked for; "" when nothing is.
 * @throws DaguError when it was not asked for in so many words
 */
export function checkExposure(exposure: Exposure): string {
  const problem = problemOf(exposure);
  if (problem === "" || exposure.insecure) return problem;
  throw new DaguError(problem);
}

function problemOf({ host, loopback, login, tls, behindProxy }: Exposure): string {
  if (loopback && !behindProxy) return "";
  if (!login) {
    const what = loopback ? "Cannot serve behind a proxy" : `Cannot listen on "${host}"`;
    return `${what} without a login: whoever reaches the server may run commands; set auth.mode to builtin`;
  }
  if (tls || behindProxy) return "";
  return `Cannot listen on "${host}" without HTTPS: passwords could be read on the way; give tls.certFile and ` +
    "tls.keyFile, or --behind-proxy when another program serves HTTPS before this one";
}
