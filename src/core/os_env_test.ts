import { assertEquals } from "../../tests/assert.ts";
import { filterOsEnv } from "./os_env.ts";

Deno.test("only known variables pass", () => {
  const env = {
    PATH: "/bin",
    HOME: "/h",
    LC_NOTE: "passes",
    DAG_NOTE: "passes",
    DAGU_HOME: "/d",
    DAGU_DAGS_DIR: "/d/dags",
    XDG_DATA_HOME: "/x",
  };
  assertEquals(
    filterOsEnv({
      ...env,
      SECRET_FROM_HOST: "leak",
      AWS_PROFILE: "leak",
      DAG_API_TOKEN: "leak",
      DAGU_AUTH_TOKEN: "leak",
      DAGU_AUTH_TOKEN_SECRET: "leak",
      DAGU_AUTH_BASIC_USERNAME: "leak",
      LC_KEY: "leak",
      DENO_DIR: "leak",
      DENO_NODE_SHIM_ACTIVE: "1",
    }),
    env,
  );
});
