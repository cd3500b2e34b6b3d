/** Keeps those who may see only some definitions to these, in whatever endpoint they are named. */
import type { ServerContext } from "../context.ts";
import type { Principal } from "./guard.ts";
import { ApiError } from "../http/api_error.ts";
import { visibleNames } from "./visible.ts";

/** @param path parameters of the route. @throws ApiError 403 */
export type Confine = (
  principal: Principal,
  unsafe: boolean,
  path: Readonly<Record<string, unknown>>,
) => Promise<void>;

export function confineTo(context: ServerContext): Confine {
  return async (principal, unsafe, { fileName, name }) => {
    if (principal.dags === null) return;
    if (typeof fileName === "string") {
      if (!principal.dags.includes(fileName)) throw outside(fileName);
    } else if (typeof name === "string") {
      if (!(await visibleNames(context, principal))!.has(name)) throw outside(name);
    } else if (unsafe) {
      throw new ApiError(
        403,
        "forbidden",
        "Insufficient permissions: this is not about one of your DAGs",
      );
    }
  };
}

function outside(name: string): ApiError {
  return new ApiError(403, "forbidden", `The DAG ${name} is not one of yours`);
}
