/** Published ports in docker's short form: `[[address:]hostPort:]port[/protocol]`; ranges as `8000-8003`. */
import { DaguError } from "../../../core/errors.ts";

export interface PortBindings {
  /** By `port/protocol`, as the engine takes them. */
  readonly exposed: Readonly<Record<string, Record<string, never>>>;
  readonly bindings: Readonly<
    Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[]>
  >;
}

const FORM = /^(?:(?:(\[[^\]]+\]|[^:[\]]*):)?([\d-]*):)?(\d+(?:-\d+)?)(?:\/(tcp|udp|sctp))?$/i;

/** @throws DaguError for a text of another form. */
export function portBindings(texts: readonly string[]): PortBindings {
  const exposed: Record<string, Record<string, never>> = {};
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const text of texts) {
    const [whole, address = "", hostText = "", portText = "", protocol = "tcp"] = FORM.exec(text.trim()) ??
      [];
    const ports = range(portText);
    const hosts = hostText === "" ? ports.map(() => "") : range(hostText).map(String);
    if (whole === undefined || ports.length === 0 || hosts.length === 0) throw invalid(text);
    // One port of the container may take any of a range of the host: the engine chooses.
    const one = ports.length === 1 && hosts.length > 1;
    if (!one && ports.length !== hosts.length) throw invalid(text);
    ports.forEach((port, index) => {
      const key = `${port}/${protocol.toLowerCase()}`;
      exposed[key] = {};
      const HostPort = one ? hostText : hosts[index]!;
      (bindings[key] ??= []).push({ HostIp: address.replace(/^\[|\]$/g, ""), HostPort });
    });
  }
  return { exposed, bindings };
}

function range(text: string): number[] {
  const [, first, last] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  if (first === undefined) return [];
  const [from, to] = [Number(first), Number(last ?? first)];
  if (from < 1 || to > 65_535 || to < from) return [];
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function invalid(text: string): DaguError {
  return new DaguError(
    `Cannot publish the port "${text}": expected [[address:]hostPort:]port[/protocol], such as "8080:80"`,
  );
}
