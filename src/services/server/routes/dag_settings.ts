/** What holds for a definition, what it asks for, what a run of it would do, and how one is written. */
import { dagJsonSchema } from "../../../spec/json_schema.ts";
import { SETTING_ORIGINS, settingsOf } from "../../../spec/settings.ts";
import { isModule } from "../../../core/definition_file.ts";
import { readBaseText } from "../../../stores/file/dags/dag_texts.ts";
import { checkParams } from "../access/as_stored.ts";
import type { ServerContext } from "../context.ts";
import { ApiError } from "../http/api_error.ts";
import { route } from "../http/route.ts";
import { anything, flag, integer, list, map, number, object, optional, text, word } from "../http/schema.ts";
import { knownParams } from "../params/known_params.ts";
import { fileNameShape } from "../shape/names.ts";
import { PARAM_TYPES } from "../params/param_fields.ts";
import { errorTexts } from "../shape/dag.ts";
import { problems, readDefinition } from "../find/find_definition.ts";

const settingsShape = object({
  settings: list(object({
    name: text(),
    doc: text(),
    value: anything(),
    from: word(SETTING_ORIGINS, { description: "both: the definition adds to the base configuration" }),
    line: integer({ description: "In the file that it comes from, from 1; 0 for a default" }),
  })),
  file: text({ description: "Path of the definition" }),
  baseFile: text({ description: 'Path of the base configuration; "" when there is none' }),
});

const paramsShape = object({
  params: list(object({
    name: text(),
    value: text({ description: "Default, as it is written" }),
    type: word(PARAM_TYPES),
    required: flag(),
    description: optional(text()),
    choices: optional(list(text())),
    minimum: optional(number()),
    maximum: optional(number()),
    maxLength: optional(number()),
    pattern: optional(text()),
  })),
  schema: optional(text({ description: "Where the schema of the parameters is" })),
  problem: optional(text({ description: "Why the schema cannot be shown" })),
  editable: flag({ description: "A start may give other values" }),
});

const dryShape = object({
  params: list(text()),
  status: text(),
  error: text(),
  steps: list(object({ name: text(), status: text(), error: text() })),
});

const path = { fileName: fileNameShape };

export function dagSettingsRoutes(context: ServerContext) {
  return [
    dagSchema(),
    dagSettings(context),
    resolvedParams(context),
    dryRun(context),
  ];
}

function dagSchema() {
  return route({
    method: "get",
    at: "/schemas/dag",
    about: "The JSON Schema of definitions",
    role: "viewer",
    answers: { 200: map(anything()) },
    version: () => "1",
    handle: () => ({ json: dagJsonSchema() }),
  });
}

function dagSettings(context: ServerContext) {
  return route({
    method: "get",
    at: "/dags/{fileName}/settings",
    about: "What holds for a definition, and where each value comes from; secrets are hidden",
    role: "viewer",
    path,
    answers: { 200: settingsShape },
    handle: async ({ path, principal }) => {
      const { entry, yaml } = await readDefinition(context, path.fileName, principal);
      const base = readBaseText(context.baseConfig);
      const settings = settingsOf({ text: yaml, file: entry.path, base })
        // Lines of the text are not those of the module.
        .map((one) => isModule(entry.path) && one.from !== "base" ? { ...one, line: 0 } : one);
      return { json: { settings, file: entry.path, baseFile: base?.file ?? "" } };
    },
  });
}

function resolvedParams(context: ServerContext) {
  return route({
    method: "get",
    at: "/dags/{fileName}/params",
    about: "The parameters of a definition, for a form",
    role: "viewer",
    path,
    answers: { 200: paramsShape },
    handle: async ({ path, principal }) => {
      const { dag, entry } = await readDefinition(context, path.fileName, principal);
      if (!dag) return { json: { params: [], editable: false } };
      const { fields, problem } = await knownParams(dag, entry.path);
      return {
        json: {
          params: fields,
          ...(dag.params.schema === "" ? {} : { schema: dag.params.schema }),
          ...(problem === "" ? {} : { problem }),
          editable: !dag.runConfig.disableParamEdit,
        },
      };
    },
  });
}

function dryRun(context: ServerContext) {
  return route({
    method: "post",
    at: "/dags/{fileName}/dry-run",
    about: "Walks through a definition without executing its steps; nothing is kept",
    role: "operator",
    switches: ["runDAGs"],
    path,
    body: object({ params: optional(text()) }),
    bodyOptional: true,
    answers: { 200: dryShape },
    handle: async ({ path, body, principal }) => {
      const { entry, dag, issues } = await readDefinition(context, path.fileName, principal);
      if (!dag) throw new ApiError(400, "bad_request", errorTexts(issues).join("\n"), problems(issues));
      await checkParams(dag, entry.path, body.params, principal);
      return { json: await context.actions.dryRun({ dag: entry.path, params: body.params ?? null }) };
    },
  });
}
