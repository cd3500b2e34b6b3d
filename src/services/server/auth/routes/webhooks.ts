/** Webhooks: how other programs put a run of one definition in line. */
import type { Webhook } from "../../../../core/access/account.ts";
import { timeText } from "../../../../stores/file/json/time_text.ts";
import type { ServerContext } from "../../context.ts";
import type { Principal } from "../../access/guard.ts";
import { ApiError } from "../../http/api_error.ts";
import { route } from "../../http/route.ts";
import { anything, flag, type Infer, list, named, object, optional, text } from "../../http/schema.ts";
import { fileNameShape, givenRunIdShape } from "../../shape/names.ts";
import { findFile, problems, readDefinition } from "../../find/find_definition.ts";
import { refuseTakenId } from "../../new_run.ts";
import { type Auth, needPeople } from "../auth.ts";

const webhookShape = named(
  "WebhookDetails",
  object({
    id: text(),
    dagName: text(),
    tokenPrefix: text(),
    enabled: flag(),
    createdAt: text(),
    updatedAt: text(),
    createdBy: optional(text()),
    lastUsedAt: optional(text()),
  }),
);

export type WebhookJson = Infer<typeof webhookShape>;

/** Largest payload, in characters of its JSON text. */
const MAX_PAYLOAD = 64 * 1024;

const path = { fileName: fileNameShape };
const withToken = object({ webhook: webhookShape, token: text() });

export function webhookRoutes(context: ServerContext, auth: Auth) {
  return [
    listWebhooks(auth),
    showWebhook(context, auth),
    createWebhook(context, auth),
    removeWebhook(context, auth),
    regenerateToken(context, auth),
    toggleWebhook(context, auth),
    triggerWebhook(context, auth),
  ];
}

function listWebhooks(auth: Auth) {
  return route({
    method: "get",
    at: "/webhooks",
    about: "All webhooks, without their tokens",
    role: "manager",
    answers: { 200: object({ webhooks: list(webhookShape) }) },
    handle: ({ principal: { dags } }) => {
      const visible = needPeople(auth).webhooks.list().filter((one) => dags?.includes(one.dagName) ?? true);
      return { json: { webhooks: visible.map(webhookJson) } };
    },
  });
}

function showWebhook(context: ServerContext, auth: Auth) {
  return route({
    method: "get",
    at: "/dags/{fileName}/webhook",
    about: "The webhook of a definition, without its token",
    role: "manager",
    path,
    answers: { 200: webhookShape },
    handle: ({ path, principal }) => ({
      json: webhookJson(webhooksOf(context, auth, path.fileName, principal).of(path.fileName)),
    }),
  });
}

function createWebhook(context: ServerContext, auth: Auth) {
  return route({
    method: "post",
    at: "/dags/{fileName}/webhook",
    about: "Makes a webhook, whose token is shown once",
    role: "manager",
    path,
    answers: { 201: withToken },
    handle: async ({ path, principal }) => {
      const known = webhooksOf(context, auth, path.fileName, principal);
      return tokenAnswer(201, await known.create(path.fileName, principal.name));
    },
  });
}

function removeWebhook(context: ServerContext, auth: Auth) {
  return route({
    method: "delete",
    at: "/dags/{fileName}/webhook",
    about: "Removes the webhook of a definition",
    role: "manager",
    path,
    answers: { 204: null },
    handle: async ({ path, principal }) => {
      await webhooksOf(context, auth, path.fileName, principal).remove(path.fileName);
      return { status: 204, empty: true };
    },
  });
}

function regenerateToken(context: ServerContext, auth: Auth) {
  return route({
    method: "post",
    at: "/dags/{fileName}/webhook/regenerate",
    about: "Gives a webhook another token, which is shown once",
    role: "manager",
    path,
    answers: { 200: withToken },
    handle: async ({ path, principal }) =>
      tokenAnswer(200, await webhooksOf(context, auth, path.fileName, principal).regenerate(path.fileName)),
  });
}

function toggleWebhook(context: ServerContext, auth: Auth) {
  return route({
    method: "post",
    at: "/dags/{fileName}/webhook/toggle",
    about: "Switches a webhook on or off",
    role: "manager",
    path,
    body: object({ enabled: flag() }),
    answers: { 200: webhookShape },
    handle: async ({ path, body, principal }) => ({
      json: webhookJson(
        await webhooksOf(context, auth, path.fileName, principal).enable(path.fileName, body.enabled),
      ),
    }),
  });
}

function triggerWebhook(context: ServerContext, auth: Auth) {
  return route({
    method: "post",
    at: "/webhooks/{fileName}",
    about: "Puts a run in line; the token of the webhook opens it, the payload is its WEBHOOK_PAYLOAD",
    role: "public",
    switches: ["runDAGs"],
    begins: true,
    path,
    body: object({ dagRunId: optional(givenRunIdShape), payload: optional(anything()) }),
    answers: { 200: object({ dagRunId: text(), dagName: text() }) },
    handle: async ({ path: { fileName }, body, headers, client }) => {
      const token = /^Bearer +(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1] ?? "";
      await needPeople(auth).webhooks.admit(fileName, token);
      const payload = JSON.stringify(body.payload ?? {});
      if (payload.length > MAX_PAYLOAD) {
        throw new ApiError(413, "too_large", `The payload has more than ${MAX_PAYLOAD} characters`);
      }
      const user = `webhook:${fileName}`;
      const answer = await enqueue(context, fileName, body.dagRunId ?? "", payload, user);
      await auth.audit.note({ user, client, action: "webhook", target: answer.dagRunId, outcome: "done" });
      return { json: answer };
    },
  });
}

function webhooksOf(context: ServerContext, auth: Auth, fileName: string, principal: Principal) {
  const { webhooks } = needPeople(auth);
  findFile(context, fileName, principal);
  return webhooks;
}

/** The payload is one value: neither its text nor its members become parameters of their own. */
async function enqueue(
  context: ServerContext,
  fileName: string,
  dagRunId: string,
  payload: string,
  user: string,
) {
  const principal: Principal = { name: user, role: "operator", dags: [fileName] };
  const { entry, dag, issues } = await readDefinition(context, fileName, principal);
  if (!dag) {
    throw new ApiError(400, "bad_request", `The DAG ${fileName} cannot be used`, problems(issues));
  }
  if (dagRunId !== "") await refuseTakenId(context, dag.name, dagRunId);
  const run = await context.actions.enqueue({
    dag: entry.path,
    name: "",
    dagRunId,
    params: JSON.stringify({ WEBHOOK_PAYLOAD: payload }),
    fromRunId: "",
    queue: "",
    trigger: "webhook",
  });
  return { dagRunId: run.id, dagName: run.name };
}

function tokenAnswer(status: number, { webhook, token }: { webhook: Webhook; token: string }) {
  return { status, json: { webhook: webhookJson(webhook), token }, headers: { "cache-control": "no-store" } };
}

function webhookJson({ tokenHash: _, lastUsedAt, ...webhook }: Webhook) {
  return {
    ...webhook,
    createdAt: timeText(webhook.createdAt),
    updatedAt: timeText(webhook.updatedAt),
    ...(lastUsedAt === 0 ? {} : { lastUsedAt: timeText(lastUsedAt) }),
  };
}
