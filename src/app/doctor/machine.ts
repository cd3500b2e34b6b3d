/** What the machine offers: programs, ports, the clock. */
import type { Config } from "../../config/config.ts";
import { messageOf } from "../../core/errors.ts";
import { SystemCommands } from "../../platform/process/commands.ts";
import { fileRights } from "../../platform/files/file_rights.ts";
import { osEnv } from "../../platform/os_env.ts";
import { portState } from "../../platform/socket/port_state.ts";
import { systemClock } from "../../platform/time/system_clock.ts";
import { localZone } from "../../platform/time/time_zone.ts";
import { asked } from "../health.ts";
import { type Finding, Notes } from "./finding.ts";

const LIMIT_MS = 5_000;
const SKEW_MS = 60_000;
/** No machine whose clock is right shows an earlier time. */
const BEGINNING = Date.UTC(2025, 0, 1);

const PROGRAMS = [
  { name: "bwrap", args: ["--version"], for: "permissions of commands" },
  { name: "docker", args: ["version", "--format", "{{.Server.Version}}"], for: "steps in containers" },
  { name: "deno", args: ["--version"], for: "packages in TypeScript steps, and types in dagu validate" },
];

export async function examineMachine(config: Config): Promise<Finding[]> {
  const programs = new Notes("programs");
  for (const program of PROGRAMS) await examineProgram(program, programs);
  return [...programs.found, ...await examinePorts(config), ...examineClock(config)];
}

async function examineProgram(program: (typeof PROGRAMS)[number], notes: Notes): Promise<void> {
  const { name, args } = program;
  try {
    const signal = AbortSignal.timeout(LIMIT_MS);
    const { exitCode, stdout, stderr } = await new SystemCommands().run({
      program: name,
      args,
      env: osEnv(),
      cwd: "",
      signal,
    });
    const [line = ""] = (exitCode === 0 ? stdout : stderr || stdout).trim().split("\n");
    if (exitCode === 0) return notes.add("ok", `${name}: ${line}`);
    notes.add(
      "note",
      `${name} is there and does not work: ${line || `exit code ${exitCode}`}`,
      `needed for ${program.for}`,
    );
  } catch (error) {
    notes.add("note", messageOf(error), `needed for ${program.for} only`);
  }
}

async function examinePorts(config: Config): Promise<Finding[]> {
  const notes = new Notes("ports");
  const { host, port, scheduler, coordinator, apiBasePath, basePath } = config;
  const page = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  const services = [
    {
      what: "server",
      key: "port",
      host,
      port,
      ours: () => asked(`${page}${basePath}${apiBasePath}/health`),
    },
    {
      what: "scheduler",
      key: "scheduler.port",
      host: "127.0.0.1",
      port: scheduler.port,
      ours: () => asked(`http://127.0.0.1:${scheduler.port}/health`),
    },
    {
      what: "coordinator",
      key: "coordinator.port",
      host: coordinator.host,
      port: coordinator.port,
      ours: null,
    },
  ];
  for (const { what, key, host, port, ours } of services) {
    if (port === 0) continue;
    const state = portState(host, port);
    if (state === "free") notes.add("ok", `Port ${port} of the ${what} is free`);
    else if (state === "refused") {
      notes.add(
        "warning",
        `The ${what} cannot listen on ${host} port ${port}`,
        `set ${key}, or another host`,
      );
    } else if (ours === null || await ours() === "") notes.add("ok", `Port ${port} of the ${what} is in use`);
    else {
      notes.add(
        "warning",
        `Port ${port} of the ${what} is taken by another program`,
        `end that program, or set ${key}`,
      );
    }
  }
  return notes.found;
}

function examineClock(config: Config): Finding[] {
  const notes = new Notes("clock");
  const now = systemClock.now();
  const ahead = (fileRights(config.paths.dataDir)?.changedAt ?? 0) - now;
  const time = new Date(now).toISOString();
  if (now < BEGINNING) notes.add("error", `The clock shows ${time}`, "set the clock: schedules go by it");
  else if (ahead > SKEW_MS) {
    notes.add(
      "warning",
      `"${config.paths.dataDir}" was changed ${
        Math.round(ahead / 1000)
      } s after what the clock shows now, ${time}`,
      "the clock was set back, or machines that share the folder differ: keep them in step (NTP)",
    );
  } else notes.add("ok", `The clock shows ${time}, schedules go by ${config.tz || localZone()}`);
  return notes.found;
}
