/**
 * What the code of a step may import: built-in modules of Node, packages that were granted, files that it may read.
 * The runtime refuses the rest as well where it can; this says what is missing, and a compiled program does not ask
 * for the permission to read when it loads a module.
 */
import module from "node:module";
import { missingText } from "../../core/permissions.ts";
import type { TsTask } from "./job.ts";

interface Registry {
  registerHooks(hooks: {
    resolve(
      specifier: string,
      context: { readonly parentURL?: string },
      next: (specifier: string, context: unknown) => unknown,
    ): unknown;
  }): void;
}

export const NO_FOLDER = 'an inline script has no folder, put the code into a "file"';

/** What to tell about code from elsewhere. */
export function addressText(from: string): string {
  return `Cannot import "${from}": code comes from files that the step may read and from packages, as in ` +
    'permissions: { import: ["npm:zod@3.25.76"] }';
}

/** Modules by which code would get a realm of its own, or take these checks away. */
const CLOSED = /^(?:node:)?(?:module|worker_threads|vm|inspector|repl|cluster)(?:\/|$)/;

/** @param code address of the step's own code */
export function guardImports({ permissions }: TsTask, code: string): void {
  const granted = permissions.import ?? [];
  // Taken before the code of the step can replace them.
  const { standalone } = Deno.build;
  const ask = Deno.permissions.querySync.bind(Deno.permissions);
  const refuse = (text: string): never => {
    throw new Error(text);
  };
  (module as unknown as Registry).registerHooks({
    resolve(specifier, context, next) {
      if (context.parentURL === undefined || specifier === code) return next(specifier, context);
      if (specifier.startsWith("npm:")) {
        if (!granted.some((grant) => specifier === grant || specifier.startsWith(`${grant}/`))) {
          refuse(missingText([{ kind: "import", entry: packageOf(specifier) }], permissions));
        }
      } else if (CLOSED.test(specifier)) refuse(`The module "${specifier}" is not for steps`);
      else if (/^(?:https?|jsr):/.test(specifier)) {
        refuse(addressText(specifier));
      } else if (/^\.{0,2}\//.test(specifier) && context.parentURL.startsWith("blob:")) {
        refuse(`Cannot import "${specifier}": ${NO_FOLDER}`);
      } else if (standalone && /^(?:file:|\.{0,2}\/)/.test(specifier)) {
        const path = decodeURIComponent(new URL(specifier, context.parentURL).pathname);
        if (ask({ name: "read", path }).state !== "granted") {
          refuse(missingText([{ kind: "read", entry: path }], permissions));
        }
      }
      return next(specifier, context);
    },
  });
  closeRealms();
}

/** `npm:name@version` without a path behind it. */
export function packageOf(specifier: string): string {
  return /^npm:\/?(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
}

/** Other realms would import without these checks. */
function closeRealms(): void {
  const closed = (what: string) =>
    function (): never {
      throw new Error(`${what} is not for steps`);
    };
  const { getBuiltinModule } = process;
  const take = (owner: object, name: string, value: unknown) =>
    Object.defineProperty(owner, name, { value, writable: false, configurable: false });
  take(globalThis, "Worker", closed("Worker"));
  take(
    process,
    "getBuiltinModule",
    (name: string) => CLOSED.test(name) ? closed(`The module "${name}"`)() : getBuiltinModule(name),
  );
  take(module, "registerHooks", closed("registerHooks"));
  take(module, "register", closed("register"));
}
