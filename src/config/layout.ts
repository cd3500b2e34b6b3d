/** Which folders belong to the program, from the home that applies. */
import { resolve } from "../platform/files/path.ts";

/** Folders before any key of the configuration moves one. All paths are absolute. */
export interface Layout {
  /** `unified`: everything below one folder; `xdg`: split by the rules of the XDG base folders. */
  readonly kind: "unified" | "xdg";
  /** Value of DAGU_HOME for processes that we start; "" in the XDG layout. */
  readonly home: string;
  readonly configDir: string;
  readonly configFile: string;
  readonly baseConfig: string;
  readonly dagsDir: string;
  readonly dataDir: string;
  readonly logDir: string;
  readonly suspendFlagsDir: string;
}

export interface LayoutInput {
  /** Value of `--dagu-home`, "" when not given. */
  readonly flag: string;
  readonly env: Readonly<Record<string, string>>;
  /** Home folder of the user. */
  readonly userHome: string;
  readonly cwd: string;
  /** Whether `~/.dagu` is a folder; asked only when nothing else names a home. */
  legacyHomeExists(): boolean;
}

/** `--dagu-home`, else DAGU_HOME, else `~/.dagu` when it exists, else the XDG folders. */
export function findLayout(input: LayoutInput): Layout & { readonly legacy: boolean } {
  const given = input.flag || input.env["DAGU_HOME"] || "";
  if (given !== "") {
    return { ...unified(resolve(input.cwd, expandPath(given, input.env, input.userHome))), legacy: false };
  }
  if (input.userHome !== "" && input.legacyHomeExists()) {
    return { ...unified(`${input.userHome}/.dagu`), legacy: true };
  }
  const configDir = resolve(input.cwd, input.userHome, ".config/dagu");
  // Without a home folder of the user, everything stands below the current one.
  const share = input.env["XDG_DATA_HOME"] || resolve(input.cwd, input.userHome, ".local/share");
  const data = resolve(input.cwd, share, "dagu");
  return {
    kind: "xdg",
    home: "",
    configDir,
    configFile: `${configDir}/config.yaml`,
    baseConfig: `${configDir}/base.yaml`,
    dagsDir: `${configDir}/dags`,
    dataDir: `${data}/data`,
    logDir: `${data}/logs`,
    suspendFlagsDir: `${data}/suspend`,
    legacy: false,
  };
}

function unified(home: string): Layout {
  return {
    kind: "unified",
    home,
    configDir: home,
    configFile: `${home}/config.yaml`,
    baseConfig: `${home}/base.yaml`,
    dagsDir: `${home}/dags`,
    dataDir: `${home}/data`,
    logDir: `${home}/logs`,
    suspendFlagsDir: `${home}/suspend`,
  };
}

/** Replaces a leading `~` and `$NAME`, `${NAME}`; unknown names become "". */
export function expandPath(path: string, env: Readonly<Record<string, string>>, userHome: string): string {
  const text = path.replace(
    /\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g,
    (_, a, b) => env[(a ?? b) as string] ?? "",
  );
  return text === "~" || text.startsWith("~/") ? userHome + text.slice(1) : text;
}
