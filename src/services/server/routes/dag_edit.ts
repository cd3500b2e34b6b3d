/** Definitions are checked, made, changed, renamed, removed, suspended. */
import { isModule } from "../../../core/definition_file.ts";
import type { ServerContext } from "../context.ts";
import { checkText, findFile, problems } from "../find/find_definition.ts";
import { ApiError } from "../http/api_error.ts";
import { route } from "../http/route.ts";
import { flag, list, object, optional, text } from "../http/schema.ts";
import { fileNameShape, newNameShape, specText } from "../shape/names.ts";
import { dagDetailsShape, errorTexts, problemShape } from "../shape/dag.ts";

const path = { fileName: fileNameShape };

/** What a definition begins with when nothing is given. */
const FIRST_STEPS = "steps:\n  - name: hello\n    command: echo hello\n";

export function dagEditRoutes(context: ServerContext) {
  return [
    validateDag(context),
    createDag(context),
    saveDag(context),
    removeDag(context),
    renameDag(context),
    suspendDag(context),
  ];
}

function validateDag(context: ServerContext) {
  return route({
    method: "post",
    at: "/dags/validate",
    about: "Whether a text could be a definition, and what is wrong with it",
    role: "viewer",
    body: object({ spec: specText, name: optional(newNameShape) }),
    answers: {
      200: object({
        valid: flag(),
        dag: optional(dagDetailsShape),
        errors: list(text()),
        problems: optional(list(problemShape)),
      }),
    },
    handle: async ({ body }) => {
      const fileName = body.name ?? "definition";
      const { dag, issues, details } = await checkText(context, body.spec, {
        fileName,
        path: `${fileName}.yaml`,
      });
      return { json: { valid: dag !== null, dag: details, ...problems(issues) } };
    },
  });
}

function createDag(context: ServerContext) {
  return route({
    method: "post",
    at: "/dags",
    about: "Makes a definition",
    role: "developer",
    switches: ["writeDAGs"],
    body: object({ name: newNameShape, spec: optional(specText) }),
    answers: { 201: object({ name: text() }) },
    handle: async ({ body }) => {
      const name = withoutEnding(body.name);
      const spec = body.spec || FIRST_STEPS;
      const { issues } = await checkText(context, spec, { fileName: name, path: `${name}.yaml` });
      if (issues.length > 0) {
        throw new ApiError(400, "bad_request", errorTexts(issues).join("\n"), problems(issues));
      }
      if (!await context.files.create(name, spec)) throw exists(name);
      await context.changed.dags();
      return { status: 201, json: { name } };
    },
  });
}

function saveDag(context: ServerContext) {
  return route({
    method: "put",
    at: "/dags/{fileName}/spec",
    about: "Replaces the text of a definition; one that cannot be used is refused with what is wrong in it",
    role: "developer",
    switches: ["writeDAGs"],
    path,
    body: object({ spec: specText }),
    answers: { 200: object({ errors: list(text()), problems: optional(list(problemShape)) }) },
    handle: async ({ path, body, principal }) => {
      const entry = findFile(context, path.fileName, principal);
      if (isModule(entry.path)) {
        throw new ApiError(
          400,
          "bad_request",
          `The DAG ${path.fileName} is code, which is changed by its file`,
        );
      }
      const { issues } = await checkText(context, body.spec, entry);
      if (issues.length === 0) {
        await context.files.save(path.fileName, body.spec);
        await context.changed.dags();
      }
      return { json: problems(issues) };
    },
  });
}

function removeDag(context: ServerContext) {
  return route({
    method: "delete",
    at: "/dags/{fileName}",
    about: "Removes a definition; its runs stay",
    role: "developer",
    switches: ["writeDAGs"],
    path,
    answers: { 204: null },
    handle: async ({ path, principal }) => {
      await context.files.remove(findFile(context, path.fileName, principal));
      await context.changed.dags();
      return { status: 204, empty: true };
    },
  });
}

function renameDag(context: ServerContext) {
  return route({
    method: "post",
    at: "/dags/{fileName}/rename",
    about: "Gives a definition another name",
    role: "developer",
    switches: ["writeDAGs"],
    path,
    body: object({ newFileName: newNameShape }),
    answers: { 200: null },
    handle: async ({ path, body, principal }) => {
      const entry = findFile(context, path.fileName, principal);
      const name = withoutEnding(body.newFileName);
      if (!await context.files.rename(entry, name)) throw exists(name);
      await context.changed.dags();
      return { status: 200, empty: true };
    },
  });
}

function suspendDag(context: ServerContext) {
  return route({
    method: "post",
    at: "/dags/{fileName}/suspend",
    about: "Suspends the schedule of a definition, or lets it go on",
    role: "operator",
    switches: ["runDAGs"],
    path,
    body: object({ suspend: flag() }),
    answers: { 200: null },
    handle: async ({ path, body, principal }) => {
      findFile(context, path.fileName, principal);
      await context.files.suspend(path.fileName, body.suspend);
      await context.changed.dags();
      return { status: 200, empty: true };
    },
  });
}

/** Files are named without it; who writes it means the same. */
function withoutEnding(name: string): string {
  return name.replace(/(?<=.)\.ya?ml$/, "");
}

function exists(name: string): ApiError {
  return new ApiError(409, "already_exists", `There is a DAG ${name} already`);
}
