/** Accounts, keys and webhooks in a home, with hashes that cost little. */
import { systemClock } from "../../src/platform/time/system_clock.ts";
import { Accounts } from "../../src/services/server/auth/accounts.ts";
import { ApiKeys } from "../../src/services/server/auth/api_keys.ts";
import type { Auth, People } from "../../src/services/server/auth/auth.ts";
import { authenticateBy } from "../../src/services/server/auth/authenticate.ts";
import { Passwords } from "../../src/services/server/auth/passwords.ts";
import { Sessions } from "../../src/services/server/auth/sessions.ts";
import { Tokens } from "../../src/services/server/auth/tokens.ts";
import { Webhooks } from "../../src/services/server/auth/webhooks.ts";
import type { Authenticate } from "../../src/services/server/access/guard.ts";
import { API_KEY_JSON, USER_JSON, WEBHOOK_JSON } from "../../src/stores/file/json/account_json.ts";
import { AuditLog } from "../../src/stores/file/access/audit_log.ts";
import { RecordFolder } from "../../src/stores/file/access/record_folder.ts";

const CHEAP = 4;
const HOUR_MS = 3_600_000;

export function openPeople(home: string): { auth: Auth; people: People; authenticate: Authenticate } {
  const data = `${home}/data`;
  const now = Date.now;
  const users = new RecordFolder(`${data}/users`, USER_JSON, now);
  const accounts = new Accounts(users, new Passwords(CHEAP), systemClock);
  const tokens = new Tokens("a secret of at least thirty-two bytes", HOUR_MS, now);
  const people: People = {
    accounts,
    sessions: new Sessions(accounts, tokens, false),
    keys: new ApiKeys(new RecordFolder(`${data}/apikeys`, API_KEY_JSON, now), systemClock),
    webhooks: new Webhooks(new RecordFolder(`${data}/webhooks`, WEBHOOK_JSON, now), systemClock),
    oidc: null,
  };
  const log = new AuditLog({ folder: `${data}/audit`, maxBytes: 1_000_000, keep: 1, now });
  const audit = { note: log.add.bind(log), read: log.read.bind(log) };
  const authenticate = authenticateBy({ accounts: people, basic: null, token: "", now });
  return { auth: { people, audit }, people, authenticate };
}
