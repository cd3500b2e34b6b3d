/** Reads what is stored of an attempt, whoever wrote it and however it ended. */
import { applyEvent, newRunRecord, type RunRecord } from "../../../core/run.ts";
import { isActiveRun, RunStatus } from "../../../core/status.ts";
import type { Lease } from "../../../ports/run_store.ts";
import { readTailSync, statIfExistsSync } from "../../../platform/files/files.ts";
import { basename, dirname } from "../../../platform/files/path.ts";
import { readRegularSync } from "../../../platform/files/bounded_text.ts";
import { snapshotFromJson } from "../json/dag_json.ts";
import { withMaskedOutputs } from "./dagu_outputs.ts";
import { eventFromLine } from "../json/event_json.ts";
import {
  DAG_FILE,
  EVENTS_FILE,
  LEASE_FILE,
  parseAttemptDirName,
  parseChildDirName,
  parseRunDirName,
  STATUS_FILE,
} from "../layout.ts";
import { number, text } from "../json/json_read.ts";
import { withOwnLogs } from "./moved_logs.ts";
import { openLine } from "../sealed_line.ts";
import { recordFromJson } from "../json/status_json.ts";

const FIRST_TAIL = 128 * 1024;
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * The record of the attempt in that folder: its last sound snapshot and the events after it.
 * @returns null when nothing can be read.
 */
export function readRecord(dir: string): RunRecord | null {
  for (let tries = 0;; tries++) {
    const snapshot = lastSnapshot(`${dir}/${STATUS_FILE}`) ?? emptyRecord(dir);
    if (!snapshot) return null;
    if (isEnded(snapshot)) return withMaskedOutputs(withOwnLogs(snapshot, dir), dir);
    const { record, gap } = foldEvents(`${dir}/${EVENTS_FILE}`, snapshot);
    // The writer began both files anew between our two looks.
    if (!gap || tries === 3) return withOwnLogs(record, dir);
  }
}

function isEnded(record: RunRecord): boolean {
  return record.status !== RunStatus.NotStarted && !isActiveRun(record.status);
}

/** The newest line of a status file that is sound; null when there is none. */
function lastSnapshot(path: string): RunRecord | null {
  const size = regularSize(path);
  for (let length = FIRST_TAIL; size > 0; length *= 8) {
    const whole = length >= size;
    const lines = decode(readTailSync(path, length)).split("\n");
    for (let i = lines.length - 1; i >= (whole ? 0 : 1); i--) {
      const json = lines[i] ? openLine(lines[i]) : null;
      const record = json && recordFromJson(json);
      if (record) return record;
    }
    if (whole || length >= MAX_BYTES) break;
  }
  return null;
}

function foldEvents(path: string, snapshot: RunRecord): { record: RunRecord; gap: boolean } {
  let record = snapshot;
  let gap = false;
  if (regularSize(path) === 0) return { record, gap };
  for (const line of decode(readTailSync(path, MAX_BYTES)).split("\n")) {
    const numbered = line ? eventFromLine(line, record) : null;
    if (!numbered || numbered.seq <= record.seq) continue;
    if (numbered.seq > record.seq + 1 && record === snapshot) gap = true;
    record = { ...applyEvent(record, numbered.event), seq: numbered.seq };
  }
  return { record, gap };
}

/** The record that an attempt began with, from its definition: for an attempt whose status file was lost. */
function emptyRecord(dir: string): RunRecord | null {
  if (regularSize(`${dir}/${EVENTS_FILE}`) === 0 || regularSize(`${dir}/${DAG_FILE}`) === 0) return null;
  const attempt = parseAttemptDirName(basename(dir));
  const above = dirname(dir);
  const child = parseChildDirName(basename(above));
  const rootDir = child === null ? above : dirname(dirname(above));
  const run = parseRunDirName(basename(rootDir));
  if (!attempt || !run) return null;
  try {
    const { dag, params } = snapshotFromJson(readRegularSync(`${dir}/${DAG_FILE}`));
    const lease = readLease(dir);
    const root = { name: basename(dirname(dirname(dirname(dirname(dirname(rootDir)))))), id: run.id };
    return newRunRecord({
      dag,
      dagRunId: child ?? run.id,
      attemptId: attempt.attemptId,
      root: child === null ? { name: dag.name, id: run.id } : root,
      parent: child === null ? null : root,
      params,
      createdAt: attempt.at,
      log: "",
      pid: lease?.pid ?? 0,
      workerId: "",
    });
  } catch {
    return null;
  }
}

/** Owner of an attempt; null when the file is missing or unreadable. */
export function readLease(dir: string): Lease | null {
  const path = `${dir}/${LEASE_FILE}`;
  const json = leaseJson(path);
  if (!json) return null;
  return {
    host: text(json, "host"),
    bootId: text(json, "bootId"),
    pid: number(json, "pid"),
    startTime: text(json, "startTime"),
    epoch: number(json, "epoch"),
    socket: text(json, "socket"),
    token: text(json, "token"),
  };
}

function leaseJson(path: string): Record<string, unknown> | null {
  try {
    return regularSize(path) === 0 ? null : openLine(decode(readTailSync(path, FIRST_TAIL)).trim());
  } catch {
    return null;
  }
}

/** Size of a regular file; 0 for everything else, which is not opened: a pipe would make the reader wait. */
export function regularSize(path: string): number {
  const info = statIfExistsSync(path);
  return info?.isFile ? info.size : 0;
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
