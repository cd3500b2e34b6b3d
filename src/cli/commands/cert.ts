import type { IssuedCertificate } from "../../app/coordinator/certificates.ts";
import { DaguError } from "../../core/errors.ts";
import { isPeerRole, type PeerRole } from "../../core/peer/peer_identity.ts";
import { type Call, defineCommand } from "../command.ts";
import { formatTime } from "../text/format.ts";
import type { FlagSpec } from "../flags/flags.ts";
import { tableText } from "../text/table.ts";

const DAY_MS = 86_400_000;
const CERTIFICATE_DAYS = 365;
const AUTHORITY_DAYS = 3650;

const FLAGS = [
  {
    name: "dir",
    kind: "text",
    value: "dir",
    doc: "Folder of the certificates, instead of certs beside config.yaml",
  },
  {
    name: "days",
    kind: "text",
    value: "number",
    doc: "Days until it expires: 365 unless given, an authority's 3650",
  },
  {
    name: "may-dispatch",
    kind: "bool",
    doc: "For a worker: it may hand in tasks too, for sub-DAGs of its runs",
  },
  { name: "name", kind: "text", value: "text", doc: "Name of the authority, instead of dagu" },
] as const satisfies readonly FlagSpec[];

type CertCall = Call<typeof FLAGS>;

const WHAT = ["ca", "server", "worker", "client", "admin", "renew", "revoke", "list", "key"];

export const command = defineCommand({
  usage: "<ca|server|worker|client|admin|renew|revoke|list|key> [name ...]",
  about: `Makes what coordinator, workers and schedulers need to know each other: an authority of your own and
    certificates that it signs, each with a role.

    "server" takes the host names and IP addresses of a coordinator, "worker" the id of a worker, "client" a name for
    a machine that hands tasks in (scheduler, server, start), "admin" one that may do everything. The authority is
    made with the first of them; keep ca-key.pem where it is made. "revoke" takes a certificate back: services refuse those in
    the file "revoked" beside their peer.clientCaFile, as soon as it changes. "key worker/gpu-1" prints a signing key
    instead, one line for the file peer.signingKeysFile of both sides.`,
  examples: [
    "dagu cert server coordinator.internal 10.0.0.5",
    "dagu cert worker gpu-1",
    "dagu cert client scheduler-1",
    "dagu cert renew worker-gpu-1",
    "dagu cert revoke worker-gpu-1",
    "dagu cert key worker/gpu-1 >> signing-keys",
  ],
  flags: FLAGS,
  args: { min: 1, max: 64, what: WHAT.join(", ") },
  rest: "",
  completes: WHAT,
  scopes: ["core"],
  async run(call) {
    const [what, ...names] = call.args as [string, ...string[]];
    switch (what) {
      case "list":
        return await list(call);
      case "key":
        return await key(call, names);
      case "ca":
        return await authority(call);
      case "renew":
        return await renew(call, names);
      case "revoke":
        return await revoke(call, names);
      case "server":
        return await make(call, "coordinator", serverId(names[0] ?? ""), names);
      case "worker":
      case "client":
      case "admin":
        return await make(call, what, only(names, `the id of the ${what}`), []);
      default:
        throw new DaguError(`Cannot make the certificate "${what}": expected ${WHAT.join(", ")}`);
    }
  },
});

async function folder(call: CertCall) {
  const { certificateFolder } = await import("../../app/coordinator/certificates.ts");
  return certificateFolder(await call.config(), call.flags.dir);
}

async function make(call: CertCall, role: PeerRole, id: string, names: readonly string[]): Promise<number> {
  if (call.flags["may-dispatch"] && role !== "worker") {
    throw new DaguError("Flag --may-dispatch is for the certificates of workers");
  }
  const certificates = await folder(call);
  if (!certificates.hasAuthority()) {
    told(call, "Authority made", await certificates.makeAuthority(call.flags.name || "dagu", AUTHORITY_DAYS));
  }
  const roles: PeerRole[] = call.flags["may-dispatch"] ? [role, "client"] : [role];
  const made = await certificates.make({
    identity: { id, roles },
    names,
    days: days(call, CERTIFICATE_DAYS),
  });
  told(call, "Certificate made", made);
  call.console.out(
    `peer:\n  insecure: false\n  certFile: ${made.certFile}\n  keyFile: ${made.keyFile}\n` +
      `  clientCaFile: ${certificates.authorityFile}\n`,
  );
  return 0;
}

async function authority(call: CertCall): Promise<number> {
  const made = await (await folder(call)).makeAuthority(
    call.flags.name || "dagu",
    days(call, AUTHORITY_DAYS),
  );
  told(call, "Authority made", made);
  return 0;
}

async function renew(call: CertCall, names: readonly string[]): Promise<number> {
  if (names.length === 0) throw new DaguError('Command "cert renew" needs a name of "dagu cert list"');
  const certificates = await folder(call);
  for (const name of names) {
    told(call, "Certificate renewed", await certificates.renew(name, days(call, CERTIFICATE_DAYS)));
  }
  return 0;
}

async function revoke(call: CertCall, names: readonly string[]): Promise<number> {
  if (names.length === 0) throw new DaguError('Command "cert revoke" needs a name of "dagu cert list"');
  const certificates = await folder(call);
  for (const name of names) {
    const revoked = await certificates.revoke(name);
    if (!call.flags.quiet) call.console.err(`Certificate revoked: ${revoked}\n`);
  }
  call.console.out(
    `Coordinators that read another folder need the list there, beside their peer.clientCaFile: ${certificates.revokedFile}\n`,
  );
  return 0;
}

async function list(call: CertCall): Promise<number> {
  const now = call.console.now();
  const certificates = await folder(call);
  const revoked = certificates.revoked();
  const left = ({ serial, notAfter }: IssuedCertificate["facts"]) => {
    if (revoked.has(serial)) return "revoked";
    return notAfter < now ? "expired" : `${Math.floor((notAfter - now) / DAY_MS)} days`;
  };
  const rows = certificates.list().map(({ name, facts }) => [
    name,
    facts.authority ? "authority" : facts.identity?.roles.join("+") ?? "-",
    facts.identity?.id ?? facts.subject,
    facts.names.join(" ") || "-",
    formatTime(facts.notAfter),
    left(facts),
  ]);
  call.console.out(tableText(["NAME", "ROLE", "ID", "NAMES", "EXPIRES", "LEFT"], rows));
  return 0;
}

async function key(call: CertCall, names: readonly string[]): Promise<number> {
  const [, role, id] = /^([a-z]+)\/(.+)$/.exec(only(names, "who signs, as <role>/<id>")) ?? [];
  if (!isPeerRole(role)) {
    throw new DaguError(
      `Cannot make a signing key for "${names[0]}": expected worker/, client/ or admin/ and an id`,
    );
  }
  const { newSigningKey } = await import("../../app/coordinator/certificates.ts");
  const roles: PeerRole[] = call.flags["may-dispatch"] ? [role, "client"] : [role];
  call.console.out(newSigningKey({ id: id!, roles }));
  return 0;
}

function told(call: CertCall, what: string, { certFile, facts }: IssuedCertificate): void {
  if (!call.flags.quiet) call.console.err(`${what}: ${certFile}, expires ${formatTime(facts.notAfter)}\n`);
}

function only(names: readonly string[], what: string): string {
  if (names.length === 1) return names[0]!;
  throw new DaguError(`Cannot make it for ${names.length} names: expected ${what}`);
}

/** An address with colons makes no name of a file. */
function serverId(name: string): string {
  if (name === "") {
    throw new DaguError('Command "cert server" needs the names or IP addresses of the coordinator');
  }
  return name.replace(/[^A-Za-z0-9_.-]+/g, "-").replace(/^[-._]+/, "") || "server";
}

function days(call: CertCall, usual: number): number {
  if (!call.given.has("days")) return usual;
  const text = call.flags.days;
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new DaguError(`Invalid value "${text}" of flag --days: expected a number of days`);
}
