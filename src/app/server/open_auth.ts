/** Who may use the server, as the configuration says. */
import type { Config } from "../../config/config.ts";
import { DaguError, messageOf } from "../../core/errors.ts";
import type { Role } from "../../core/access/role.ts";
import { systemClock } from "../../platform/time/system_clock.ts";
import { Accounts } from "../../services/server/auth/accounts.ts";
import { ApiKeys } from "../../services/server/auth/api_keys.ts";
import type { Audit, Auth, People } from "../../services/server/auth/auth.ts";
import { authenticateBy } from "../../services/server/auth/authenticate.ts";
import { ensureAdmin } from "../../services/server/auth/first_admin.ts";
import { checkOidc, Oidc } from "../../services/server/auth/oidc.ts";
import { Passwords } from "../../services/server/auth/passwords.ts";
import { Sessions } from "../../services/server/auth/sessions.ts";
import { tokenSecret } from "../../services/server/auth/token_secret.ts";
import { Tokens } from "../../services/server/auth/tokens.ts";
import { Webhooks } from "../../services/server/auth/webhooks.ts";
import { type Authenticate, everybodyIsAdmin } from "../../services/server/access/guard.ts";
import { API_KEY_JSON, USER_JSON, WEBHOOK_JSON } from "../../stores/file/json/account_json.ts";
import { AuditLog } from "../../stores/file/access/audit_log.ts";
import { RecordFolder } from "../../stores/file/access/record_folder.ts";
import type { ServiceLog } from "../app.ts";
import { oneTimeFile } from "./one_time_file.ts";

export interface OpenedAuth {
  readonly auth: Auth;
  readonly authenticate: Authenticate;
}

const AUDIT_BYTES = 10 * 1024 * 1024;
const AUDIT_FILES = 20;

/** Whether people have to say who they are. @throws DaguError when they could not */
export function asksForLogin({ auth: { mode, basic, token, oidc } }: Config): boolean {
  const hasBasic = basic.username !== "" && basic.password !== "";
  if (mode === "basic" && !hasBasic) {
    throw new DaguError("Cannot use auth.mode basic without auth.basic.username and auth.basic.password");
  }
  if (mode === "oidc") checkOidc(oidc);
  return mode === "builtin" || mode === "oidc" || hasBasic || token.value !== "";
}

/** @param https browsers reach the server by HTTPS */
export async function openAuth(config: Config, https: boolean, log: ServiceLog): Promise<OpenedAuth> {
  const { mode, basic, token } = config.auth;
  const audit = openAudit(config, log);
  if (!asksForLogin(config)) return { auth: { people: null, audit }, authenticate: everybodyIsAdmin };
  const people = mode === "builtin" || mode === "oidc" ? await openPeople(config, https, log) : null;
  const authenticate = authenticateBy({
    accounts: people,
    basic: people === null && basic.username !== "" ? basic : null,
    token: token.value,
    now: () => systemClock.now(),
  });
  return { auth: { people, audit }, authenticate };
}

/** The accounts of a home. */
export function openAccounts(config: Config): Accounts {
  const users = new RecordFolder(config.paths.usersDir, USER_JSON, () => systemClock.now());
  return new Accounts(users, new Passwords(), systemClock);
}

async function openPeople(config: Config, https: boolean, log: ServiceLog): Promise<People> {
  const { paths, auth: { mode, builtin } } = config;
  const now = () => systemClock.now();
  const accounts = openAccounts(config);
  const secret = await tokenSecret(builtin.token.secret, `${paths.dataDir}/auth/token-secret`);
  const { username, password } = builtin.admin;
  const file = oneTimeFile(config, username);
  if (await ensureAdmin(accounts, { username, password, file })) {
    log("INFO", "The first account was made", { username, passwordFile: file });
  }
  return {
    accounts,
    sessions: new Sessions(accounts, new Tokens(secret, builtin.token.ttl, now), https),
    keys: new ApiKeys(new RecordFolder(paths.apiKeysDir, API_KEY_JSON, now), systemClock),
    webhooks: new Webhooks(new RecordFolder(paths.webhooksDir, WEBHOOK_JSON, now), systemClock),
    oidc: mode === "oidc" ? openOidc(config) : null,
  };
}

function openOidc({ auth: { oidc } }: Config): Oidc {
  const { clientUrl, role, ...options } = oidc;
  return new Oidc({
    ...options,
    role: role as Role,
    redirectUri: `${clientUrl.replace(/\/+$/, "")}/oidc-callback`,
    now: () => systemClock.now(),
  });
}

function openAudit(config: Config, log: ServiceLog): Audit {
  const file = new AuditLog({
    folder: `${config.paths.dataDir}/audit`,
    maxBytes: AUDIT_BYTES,
    keep: AUDIT_FILES,
    now: () => systemClock.now(),
  });
  return {
    note: (entry) =>
      file.add(entry).catch((error) =>
        log("WARN", "Cannot write the audit log", { error: messageOf(error) })
      ),
    read: (query) => file.read(query),
  };
}
