/**
 * Every key of the configuration: the only place that knows its names, type, default and meaning. Resolution, the
 * type of the resolved object and the JSON Schema of `config.yaml` follow from this table. A default may refer to
 * keys that stand above it.
 */
import type { ComputedDefault, KeyDetails, KeySpec, KeyType, KeyTypes, Scope } from "./key_spec.ts";

const below = (key: string, name: string): ComputedDefault => (input) => `${input.text(key)}/${name}`;
const layout =
  (name: "dagsDir" | "dataDir" | "logDir" | "suspendFlagsDir" | "baseConfig"): ComputedDefault => (input) =>
    input.layout[name];

const row = (scope: Scope) =>
<const K extends string, const T extends KeyType>(
  key: K,
  type: T,
  fallback: KeyTypes[T] | ComputedDefault,
  doc: string,
  more: KeyDetails = {},
) => ({ scope, key, type, fallback, doc, env: [], legacy: [], values: [], min: 0, ...more });
const core = row("core");
const server = row("server");
const scheduler = row("scheduler");
const distributed = row("distributed");

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

export const KEYS = [
  // What every command needs.
  core("debug", "bool", false, "Show stack traces of unexpected errors; read from the variable only", {
    env: ["DAGU_DEBUG"],
  }),
  core("logFormat", "text", "text", "Form of log records on stderr", {
    env: ["DAGU_LOG_FORMAT"],
    values: ["text", "json"],
  }),
  core(
    "tz",
    "zone",
    "",
    "Time zone (IANA name) for schedules and times that are shown; the system's when empty",
    { env: ["DAGU_TZ"] },
  ),
  core("defaultShell", "text", "", "Shell of steps that name none; $SHELL, then sh when empty", {
    env: ["DAGU_DEFAULT_SHELL"],
  }),
  core("workDir", "path", "", "Working folder of DAGs that have neither a file nor a working folder", {
    env: ["DAGU_WORK_DIR"],
  }),
  core("skipExamples", "bool", false, "Do not write example DAGs at the first start", {
    env: ["DAGU_SKIP_EXAMPLES"],
  }),
  core("latestStatusToday", "bool", false, "Show only runs of today as the latest status", {
    env: ["DAGU_LATEST_STATUS_TODAY"],
  }),

  // Folders.
  core("paths.dagsDir", "path", layout("dagsDir"), "Folder of the DAG files", {
    env: ["DAGU_DAGS_DIR", "DAGU_DAGS"],
    legacy: ["dagsDir", "dags"],
  }),
  core("paths.logDir", "path", layout("logDir"), "Folder of the logs", {
    env: ["DAGU_LOG_DIR"],
    legacy: ["logDir"],
  }),
  core("paths.dataDir", "path", layout("dataDir"), "Folder of runs, queues and registries", {
    env: ["DAGU_DATA_DIR", "DAGU__DATA"],
    legacy: ["dataDir"],
  }),
  core(
    "paths.suspendFlagsDir",
    "path",
    layout("suspendFlagsDir"),
    "Folder of the flags of suspended DAGs",
    { env: ["DAGU_SUSPEND_FLAGS_DIR", "DAGU__SUSPEND_FLAGS_DIR"], legacy: ["suspendFlagsDir"] },
  ),
  core("paths.adminLogsDir", "path", below("paths.logDir", "admin"), "Folder of the services' own logs", {
    env: ["DAGU_ADMIN_LOG_DIR", "DAGU__ADMIN_LOGS_DIR"],
    legacy: ["adminLogsDir"],
  }),
  core("paths.baseConfig", "path", layout("baseConfig"), "File whose fields every DAG inherits", {
    env: ["DAGU_BASE_CONFIG"],
    legacy: ["baseConfig"],
  }),
  core("paths.executable", "path", "", "Program that starts runs; the running one when empty", {
    env: ["DAGU_EXECUTABLE"],
    legacy: ["executable"],
  }),
  core("paths.dagRunsDir", "path", below("paths.dataDir", "dag-runs"), "Folder of the history of runs", {
    env: ["DAGU_DAG_RUNS_DIR"],
  }),
  core(
    "paths.procDir",
    "path",
    below("paths.dataDir", "proc"),
    "Folder of the heartbeats of running runs",
    { env: ["DAGU_PROC_DIR"] },
  ),
  core("paths.queueDir", "path", below("paths.dataDir", "queue"), "Folder of queued runs", {
    env: ["DAGU_QUEUE_DIR"],
  }),
  core(
    "paths.serviceRegistryDir",
    "path",
    below("paths.dataDir", "service-registry"),
    "Folder in which services find each other",
    { env: ["DAGU_SERVICE_REGISTRY_DIR"] },
  ),
  core("paths.usersDir", "path", below("paths.dataDir", "users"), "Folder of user accounts", {
    env: ["DAGU_USERS_DIR"],
  }),
  core("paths.apiKeysDir", "path", below("paths.dataDir", "apikeys"), "Folder of API keys"),
  core("paths.webhooksDir", "path", below("paths.dataDir", "webhooks"), "Folder of webhook tokens"),

  // Queues and the scheduler.
  core("queues.enabled", "bool", true, "Whether runs may be queued", { env: ["DAGU_QUEUE_ENABLED"] }),
  core("queues.config", "queues", [], "Queues that several DAGs share: {name, maxConcurrency}"),
  scheduler("scheduler.port", "port", 8090, "Port of the scheduler's health page; 0 turns it off", {
    env: ["DAGU_SCHEDULER_PORT"],
  }),
  scheduler(
    "scheduler.lockStaleThreshold",
    "duration",
    10 * SECOND,
    "Age at which another scheduler's lock counts as dead",
    { env: ["DAGU_SCHEDULER_LOCK_STALE_THRESHOLD"], min: SECOND },
  ),
  scheduler("scheduler.lockRetryInterval", "duration", SECOND / 2, "Pause between tries to take the lock", {
    env: ["DAGU_SCHEDULER_LOCK_RETRY_INTERVAL"],
    min: 100,
  }),
  scheduler(
    "scheduler.zombieDetectionInterval",
    "duration",
    2 * SECOND,
    "Pause between looks for runs whose process is gone; 0 turns them off",
    { env: ["DAGU_SCHEDULER_ZOMBIE_DETECTION_INTERVAL"] },
  ),
  server("monitoring.retention", "duration", 24 * HOUR, "How long figures about the machine are kept", {
    env: ["DAGU_MONITORING_RETENTION"],
  }),
  server("monitoring.interval", "duration", 5 * SECOND, "Pause between two figures", {
    env: ["DAGU_MONITORING_INTERVAL"],
    min: SECOND,
  }),

  // The web server.
  server("host", "text", "127.0.0.1", "Address that the web server listens on", {
    env: ["DAGU_HOST", "DAGU__ADMIN_HOST"],
  }),
  server("port", "port", 8080, "Port of the web server", { env: ["DAGU_PORT", "DAGU__ADMIN_PORT"] }),
  server("hosts", "list", [], "Further names under which the server may be addressed", {
    env: ["DAGU_HOSTS"],
  }),
  server(
    "behindProxy",
    "bool",
    false,
    "Requests come through another program, which serves HTTPS and sets X-Forwarded-For",
    { env: ["DAGU_BEHIND_PROXY"] },
  ),
  server("insecure", "bool", false, "Serve other machines without a login or HTTPS; said again each hour", {
    env: ["DAGU_INSECURE"],
  }),
  server("basePath", "urlPath", "", "Path below which UI and API stand", { env: ["DAGU_BASE_PATH"] }),
  server("apiBasePath", "urlPath", "/api/v2", "Path of the API", {
    env: ["DAGU_APIBASEPATH", "DAGU_API_BASE_URL"],
    legacy: ["apiBaseURL"],
  }),
  server("headless", "bool", false, "API only, no web UI", { env: ["DAGU_HEADLESS"] }),
  server("metrics", "text", "private", "Whether metrics need a login", {
    env: ["DAGU_SERVER_METRICS"],
    values: ["private", "public"],
  }),
  server("cache", "text", "normal", "Size of the server's caches", {
    env: ["DAGU_CACHE"],
    values: ["low", "normal", "high"],
  }),
  server("permissions.writeDAGs", "bool", true, "Whether definitions may be changed through the server", {
    legacy: ["permissionWriteDAGs"],
  }),
  server(
    "permissions.runDAGs",
    "bool",
    true,
    "Whether runs may be started and stopped through the server",
    { legacy: ["permissionRunDAGs"] },
  ),
  server(
    "permissions.allowInlineRuns",
    "bool",
    false,
    "Whether managers may run definitions that are sent along and stand in no file",
    { env: ["DAGU_ALLOW_INLINE_RUNS"] },
  ),
  server("ui.navbarColor", "text", "", "Colour of the bar at the top", {
    env: ["DAGU_UI_NAVBAR_COLOR", "DAGU_NAVBAR_COLOR", "DAGU__ADMIN_NAVBAR_COLOR"],
    legacy: ["navbarColor"],
  }),
  server("ui.navbarTitle", "text", "Dagu", "Title in the bar at the top", {
    env: ["DAGU_UI_NAVBAR_TITLE", "DAGU_NAVBAR_TITLE", "DAGU__ADMIN_NAVBAR_TITLE"],
    legacy: ["navbarTitle"],
  }),
  server("ui.maxDashboardPageLimit", "int", 100, "Most runs on the dashboard", {
    env: ["DAGU_UI_MAX_DASHBOARD_PAGE_LIMIT", "DAGU_MAX_DASHBOARD_PAGE_LIMIT"],
    legacy: ["maxDashboardPageLimit"],
    min: 1,
  }),
  server("ui.logEncodingCharset", "text", "utf-8", "Character set of step logs", {
    env: ["DAGU_UI_LOG_ENCODING_CHARSET", "DAGU_LOG_ENCODING_CHARSET"],
    legacy: ["logEncodingCharset"],
  }),
  server("ui.dags.sortField", "text", "name", "Column by which the list of DAGs is sorted", {
    env: ["DAGU_UI_DAGS_SORT_FIELD"],
  }),
  server("ui.dags.sortOrder", "text", "asc", "Direction of that order", {
    env: ["DAGU_UI_DAGS_SORT_ORDER"],
    values: ["asc", "desc"],
  }),
  server("auth.oidc.clientId", "text", "", "Client id at the OIDC provider", {
    env: ["DAGU_AUTH_OIDC_CLIENT_ID"],
  }),
  server("auth.oidc.clientSecret", "text", "", "Client secret at the OIDC provider", {
    env: ["DAGU_AUTH_OIDC_CLIENT_SECRET"],
  }),
  server("auth.oidc.clientUrl", "text", "", "Address of this server as the provider sees it", {
    env: ["DAGU_AUTH_OIDC_CLIENT_URL"],
  }),
  server("auth.oidc.issuer", "text", "", "Address of the OIDC provider", {
    env: ["DAGU_AUTH_OIDC_ISSUER"],
  }),
  server("auth.oidc.scopes", "list", ["openid", "profile", "email"], "Scopes that are asked for", {
    env: ["DAGU_AUTH_OIDC_SCOPES"],
  }),
  server(
    "auth.oidc.whitelist",
    "list",
    [],
    "Mail addresses that may log in, `@domain` for all of one; everyone when empty",
    { env: ["DAGU_AUTH_OIDC_WHITELIST"] },
  ),
  server("auth.oidc.role", "text", "viewer", "Role of those who log in by the provider for the first time", {
    env: ["DAGU_AUTH_OIDC_ROLE"],
    values: ["viewer", "operator", "developer", "manager", "admin"],
  }),
  server(
    "auth.mode",
    "text",
    ((input) =>
      ["clientId", "clientSecret", "issuer"].every((name) => input.text(`auth.oidc.${name}`) !== "")
        ? "oidc"
        : "builtin") satisfies ComputedDefault,
    "How people log in; oidc by itself when its client and issuer are given",
    { env: ["DAGU_AUTH_MODE"], values: ["builtin", "oidc", "basic", "none"] },
  ),
  server("auth.basic.username", "text", "", "Name for HTTP basic authentication; off when empty", {
    env: ["DAGU_AUTH_BASIC_USERNAME", "DAGU_BASICAUTH_USERNAME"],
    legacy: ["basicAuthUsername"],
  }),
  server("auth.basic.password", "text", "", "Password for HTTP basic authentication", {
    env: ["DAGU_AUTH_BASIC_PASSWORD", "DAGU_BASICAUTH_PASSWORD"],
    legacy: ["basicAuthPassword"],
  }),
  server("auth.token.value", "text", "", "Fixed token for the API; off when empty", {
    env: ["DAGU_AUTH_TOKEN", "DAGU_AUTHTOKEN"],
    legacy: ["authToken"],
  }),
  server("auth.builtin.admin.username", "text", "admin", "Name of the first account", {
    env: ["DAGU_AUTH_ADMIN_USERNAME"],
  }),
  server(
    "auth.builtin.admin.password",
    "text",
    "",
    "Password of the first account; made at random when empty",
    { env: ["DAGU_AUTH_ADMIN_PASSWORD"] },
  ),
  server(
    "auth.builtin.token.secret",
    "text",
    "",
    "Key that signs login tokens; made at random when empty",
    { env: ["DAGU_AUTH_TOKEN_SECRET"] },
  ),
  server("auth.builtin.token.ttl", "duration", 12 * HOUR, "How long a login lasts", {
    env: ["DAGU_AUTH_TOKEN_TTL"],
    min: MINUTE,
  }),
  server("tls.certFile", "path", "", "Certificate of the web server; with keyFile turns HTTPS on", {
    env: ["DAGU_CERT_FILE"],
  }),
  server("tls.keyFile", "path", "", "Key of that certificate", { env: ["DAGU_KEY_FILE"] }),
  server("tls.caFile", "path", "", "Authorities that clients' certificates must come from"),
  server("remoteNodes", "nodes", [], "Other servers that the web UI may show"),

  // Several machines.
  distributed("coordinator.host", "text", "127.0.0.1", "Address that the coordinator listens on", {
    env: ["DAGU_COORDINATOR_HOST"],
  }),
  distributed(
    "coordinator.advertise",
    "text",
    "",
    "Address that others are told; the host name when empty",
    { env: ["DAGU_COORDINATOR_ADVERTISE"] },
  ),
  distributed("coordinator.port", "port", 50055, "Port of the coordinator", {
    env: ["DAGU_COORDINATOR_PORT"],
  }),
  distributed(
    "coordinator.enabled",
    "bool",
    ((input) =>
      input.text("coordinator.host") !== "127.0.0.1" ||
      input.text("coordinator.advertise") !== "") satisfies ComputedDefault,
    "Whether start-all runs a coordinator too; so by itself when host or advertise is given, or a flag of it",
    { env: ["DAGU_COORDINATOR_ENABLED"] },
  ),
  distributed(
    "coordinator.workerLabels",
    "labelRules",
    {},
    'Labels that workers may have, by the name of certificate or key ("*" for all others); any when empty',
  ),
  distributed("worker.id", "text", "", "Name of the worker; host name and process id when empty", {
    env: ["DAGU_WORKER_ID"],
  }),
  distributed("worker.maxActiveRuns", "int", 100, "Most runs at once on the worker", {
    env: ["DAGU_WORKER_MAX_ACTIVE_RUNS"],
    min: 1,
  }),
  distributed("worker.labels", "labels", {}, "Labels that a workerSelector is compared with", {
    env: ["DAGU_WORKER_LABELS"],
  }),
  distributed(
    "worker.coordinatorHost",
    "text",
    "",
    "Address of the coordinator; looked up in the folder of services when empty",
    { env: ["DAGU_WORKER_COORDINATOR_HOST"] },
  ),
  distributed("worker.coordinatorPort", "port", 50055, "Port of the coordinator at that address", {
    env: ["DAGU_WORKER_COORDINATOR_PORT"],
  }),
  distributed(
    "worker.storage",
    "text",
    "shared",
    "Whether the worker uses the coordinator's folders, or none of them: all comes and goes over the network then",
    { env: ["DAGU_WORKER_STORAGE"], values: ["shared", "remote"] },
  ),
  distributed(
    "worker.grace",
    "duration",
    30 * SECOND,
    "Time that runs have to end by themselves at SIGTERM",
    {
      env: ["DAGU_WORKER_GRACE"],
    },
  ),
  distributed("peer.certFile", "path", "", "Certificate for calls between services", {
    env: ["DAGU_PEER_CERT_FILE"],
  }),
  distributed("peer.keyFile", "path", "", "Key of that certificate", { env: ["DAGU_PEER_KEY_FILE"] }),
  distributed(
    "peer.clientCaFile",
    "path",
    "",
    "Authorities that the other side's certificate must come from",
    { env: ["DAGU_PEER_CLIENT_CA_FILE"] },
  ),
  distributed(
    "peer.signingKeysFile",
    "path",
    "",
    "Keys by which requests are signed: the first line signs, all are believed",
    { env: ["DAGU_PEER_SIGNING_KEYS_FILE"] },
  ),
  distributed("peer.skipTlsVerify", "bool", false, "Do not check the other side's certificate", {
    env: ["DAGU_PEER_SKIP_TLS_VERIFY"],
  }),
  distributed(
    "peer.insecure",
    "bool",
    ((input) =>
      input.text("peer.certFile") === "" && input.text("peer.clientCaFile") === "") satisfies ComputedDefault,
    "Calls between services without TLS; so by itself when neither certFile nor clientCaFile is given",
    { env: ["DAGU_PEER_INSECURE"] },
  ),
] as const satisfies readonly KeySpec[];
