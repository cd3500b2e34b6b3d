import { assert, assertEquals, assertThrows } from "../../../tests/assert.ts";
import { DaguError } from "../../core/errors.ts";
import { type FlagSpec, parseFlags, UnknownFlag } from "./flags.ts";

const SPECS = [
  { name: "run-id", short: "r", kind: "text", doc: "" },
  { name: "quiet", short: "q", kind: "bool", doc: "" },
  { name: "yes", short: "y", kind: "bool", doc: "" },
  { name: "env", short: "E", kind: "list", doc: "" },
  { name: "days", kind: "text", default: "0", doc: "" },
] as const satisfies readonly FlagSpec[];

const read = (line: string) => parseFlags(SPECS, line === "" ? [] : line.split(" "));

Deno.test("flags: defaults when nothing is given", () => {
  const { flags, positionals, rest, given } = read("");
  assertEquals(flags, { "run-id": "", quiet: false, yes: false, env: [], days: "0" });
  assertEquals(positionals, []);
  assertEquals(rest, null);
  assertEquals(given.size, 0);
});

Deno.test("flags: every way to give a value", () => {
  for (const line of ["--run-id a", "--run-id=a", "-r a", "-r=a", "-ra"]) {
    assertEquals(read(line).flags["run-id"], "a", line);
  }
  assertEquals(read("--run-id=").flags["run-id"], "");
  assertEquals(read("--run-id a=b").flags["run-id"], "a=b");
  assertEquals(read("-qy").flags, { "run-id": "", quiet: true, yes: true, env: [], days: "0" });
  assertEquals(read("-qrX").flags["run-id"], "X");
  assertEquals(read("--quiet=false").flags.quiet, false);
  assertEquals(read("-q=0").flags.quiet, false);
});

Deno.test("flags: repeated ones collect, the last of a single one wins", () => {
  assertEquals(read("-E A=1 --env B=2").flags.env, ["A=1", "B=2"]);
  assertEquals(read("-r a -r b").flags["run-id"], "b");
});

Deno.test("flags: stand before and after positionals, and end at --", () => {
  const line = read("dag -q other -- -q --what");
  assertEquals(line.positionals, ["dag", "other"]);
  assertEquals(line.flags.quiet, true);
  assertEquals(line.rest, ["-q", "--what"]);
  assertEquals(read("--").rest, []);
});

Deno.test("flags: negative numbers are values", () => {
  assertEquals(read("--days -1").flags.days, "-1");
  assertEquals(read("-5 -").positionals, ["-5", "-"]);
});

Deno.test("flags: mistakes are named", () => {
  const unknown = assertThrows(() => read("--quite"), UnknownFlag, "Unknown flag --quite");
  assertEquals(unknown.word, "quite");
  assertEquals(unknown.candidates, ["run-id", "quiet", "yes", "env", "days"]);
  assertThrows(() => read("--zzz"), DaguError, "Unknown flag --zzz");
  assertThrows(() => read("-x"), DaguError, "Unknown flag -x");
  assertThrows(() => read("-qx"), DaguError, "Unknown flag -qx");
  assertThrows(() => read("--run"), DaguError, "Unknown flag --run");
  assertThrows(() => read("-r"), DaguError, "Flag -r needs a value");
  assertThrows(() => read("--quiet=maybe"), DaguError, 'Invalid value "maybe" of flag --quiet');
  const required = [{ name: "id", kind: "text", required: true, doc: "" }] as const;
  assertThrows(() => parseFlags(required, []), DaguError, "Flag --id is required");
  assert(parseFlags(required, ["--id", "x"]).given.has("id"));
});
