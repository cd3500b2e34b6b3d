/** The programs that are compared. */
import { build } from "../tools/build.ts";
import { compile } from "../tools/compile.ts";
import { ROOT } from "../tools/deno_command.ts";
import { ensurePeer } from "../tests/support/peer.ts";

export interface Side {
  readonly name: string;
  readonly argv: readonly string[];
  /** Removes what was made for it. */
  readonly close: () => Promise<void>;
}

const nothing = () => Promise.resolve();

async function run(command: string, args: readonly string[], cwd: string): Promise<void> {
  const child = await new Deno.Command(command, { args: [...args], cwd, stdin: "null" }).output();
  if (!child.success) {
    throw new Error(`${command} ${args.join(" ")} failed: ${new TextDecoder().decode(child.stderr)}`);
  }
}

/** This tree: compiled when `DENORT_BIN` names a runtime or `compiled` asks for it, else its bundle. */
export async function head(compiled: boolean): Promise<Side> {
  if (compiled || Deno.env.get("DENORT_BIN")) {
    await compile([]);
    return { name: "head", argv: [`${ROOT}dist/dagu`], close: nothing };
  }
  await build();
  return { name: "head", argv: [Deno.execPath(), "run", "-A", `${ROOT}dist/dagu.js`], close: nothing };
}

/** Another commit, built in a work tree of its own in the same form as {@link head}. */
export async function base(ref: string, compiled: boolean): Promise<Side> {
  const tree = await Deno.makeTempDir({ prefix: "dagu-base-" });
  await run("git", ["worktree", "add", "--detach", tree, ref], ROOT);
  const close = () => run("git", ["worktree", "remove", "--force", tree], ROOT);
  try {
    const single = compiled || Deno.env.get("DENORT_BIN") !== undefined;
    await run(Deno.execPath(), ["run", "-A", single ? "tools/compile.ts" : "tools/build.ts"], tree);
    const argv = single ? [`${tree}/dist/dagu`] : [Deno.execPath(), "run", "-A", `${tree}/dist/dagu.js`];
    return { name: "base", argv, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The reference program, null when it is not to be had. */
export async function peer(): Promise<Side | null> {
  const path = await ensurePeer();
  return path === "" ? null : { name: "peer", argv: [path], close: nothing };
}
