/** The log of what was done, for administrators. */
import { timeText } from "../../../../stores/file/json/time_text.ts";
import { route } from "../../http/route.ts";
import { type Infer, integer, list, object, optional, text, word } from "../../http/schema.ts";
import { type Auth, needPerson } from "../auth.ts";

const entryShape = object({
  id: text(),
  at: text(),
  user: text(),
  client: text({ description: "Address that it came from" }),
  action: text(),
  target: text(),
  outcome: word(["done", "refused", "failed"]),
});

export type AuditEntryJson = Infer<typeof entryShape>;

const DEFAULT_LIMIT = 100;

export function auditRoutes(auth: Auth) {
  return [
    route({
      method: "get",
      at: "/audit",
      about: "Logins and changes, newest first",
      role: "admin",
      query: {
        limit: optional(integer({ min: 1, max: 1000, default: DEFAULT_LIMIT })),
        before: optional(text({ max: 36, description: "The `next` of an answer" })),
        user: optional(text({ max: 200 })),
      },
      answers: {
        200: object({
          entries: list(entryShape),
          next: text({ description: "Empty when there are no older ones" }),
        }),
      },
      handle: ({ query, principal }) => {
        needPerson(principal);
        const { limit = DEFAULT_LIMIT, before = "", user = "" } = query;
        const entries = auth.audit.read({ limit: limit + 1, before, user });
        const shown = entries.slice(0, limit);
        return {
          json: {
            entries: shown.map((entry) => ({ ...entry, at: timeText(entry.at) })),
            next: entries.length > limit ? shown.at(-1)!.id : "",
          },
        };
      },
    }),
  ];
}
