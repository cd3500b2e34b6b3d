/** `llm` and `messages`. */
import type { LlmDecl, MessageDecl, ThinkingDecl } from "../../core/declarations.ts";
import type { ObjectValue } from "../decode.ts";

/** Settings of a DAG or step; `inherited` gives what the step leaves out. null when neither says anything. */
export function llmDecl(owner: ObjectValue, inherited: LlmDecl | null): LlmDecl | null {
  const fields = owner.object("llm");
  if (!fields) return inherited;
  return {
    provider: fields.text("provider") || (inherited?.provider ?? ""),
    model: fields.text("model") || (inherited?.model ?? ""),
    system: fields.raw("system") || (inherited?.system ?? ""),
    temperature: fields.number("temperature") ?? inherited?.temperature ?? null,
    maxTokens: fields.number("maxTokens") ?? inherited?.maxTokens ?? null,
    topP: fields.number("topP") ?? inherited?.topP ?? null,
    baseUrl: fields.text("baseURL") || (inherited?.baseUrl ?? ""),
    apiKeyName: fields.text("apiKeyName") || (inherited?.apiKeyName ?? ""),
    stream: fields.bool("stream", inherited?.stream ?? true),
    thinking: thinking(fields) ?? inherited?.thinking ?? null,
  };
}

export function messageDecls(step: ObjectValue): MessageDecl[] {
  const messages: MessageDecl[] = [];
  for (const { object } of step.items("messages")) {
    if (!object) continue;
    const content = object.raw("content");
    if (object.has("content") && content === "") object.issue("content", "The content of a message is empty");
    const role = object.text("role");
    if (object.has("role") && role === "") object.issue("role", "The role of a message is empty");
    messages.push({ role: role as MessageDecl["role"], content });
  }
  return messages;
}

function thinking(llm: ObjectValue): ThinkingDecl | null {
  const fields = llm.object("thinking");
  if (!fields) return null;
  return {
    enabled: fields.bool("enabled"),
    effort: fields.text("effort") as ThinkingDecl["effort"],
    budgetTokens: fields.int("budgetTokens", 0),
    includeInOutput: fields.bool("includeInOutput"),
  };
}
