import { assert, assertEquals, assertThrows } from "../../../../tests/assert.ts";
import { DaguError } from "../../../core/errors.ts";
import { findProgram } from "./programs.ts";

function failure(name: string, path: string | undefined, cwd = "/"): DaguError {
  return assertThrows(() => findProgram(name, path === undefined ? {} : { PATH: path }, cwd), DaguError);
}

Deno.test("programs are found in PATH, relative to the folder, or by default places", () => {
  const folder = Deno.makeTempDirSync();
  try {
    Deno.writeTextFileSync(`${folder}/tool`, "#!/bin/sh\n", { mode: 0o700 });
    Deno.writeTextFileSync(`${folder}/text`, "", { mode: 0o600 });
    Deno.mkdirSync(`${folder}/inner`);
    assertEquals(findProgram("tool", { PATH: `/nowhere:${folder}` }, "/"), `${folder}/tool`);
    assertEquals(findProgram("tool", { PATH: "." }, folder), `${folder}/tool`);
    assertEquals(findProgram("./tool", {}, folder), `${folder}/tool`);
    assertEquals(findProgram("../tool", {}, `${folder}/inner`), `${folder}/tool`);
    assert(findProgram("sh", {}, "/").endsWith("/sh"));

    assertEquals(failure("text", folder).exitCode, 126);
    assertEquals(failure("./inner", undefined, folder).exitCode, 126);
    assertEquals(failure("tool", "", "/").exitCode, 127);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("what is missing is named", () => {
  assertEquals(failure("nope", "/bin").message, 'Cannot start "nope": executable file not found in PATH');
  assertEquals(failure("/no/sh", "/bin").message, 'Cannot start "/no/sh": no such file or directory');
  assertEquals(failure("/etc/passwd/sh", "/bin").exitCode, 127);
  assertEquals(failure("", "/bin").exitCode, 127);
});
