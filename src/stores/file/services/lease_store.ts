/**
 * Claims of the schedulers' leadership:
 *
 * ```
 * <root>/epoch_<n>.json                          who claimed epoch n: made exclusively, never changed but to say `released`
 * <root>/.dagu_lock.<host@pid>.<time>/beat.json  the owner's sign of life, while it has any
 * ```
 * Nothing rests on inodes, on the time of a file, or on locks of the system, so a network file system will do.
 */
import type { LeaseOwner, LeaseSign, LeaseStore } from "../../../ports/lease_store.ts";
import {
  createFileSync,
  durableReplace,
  ensureDir,
  ensureDirSync,
  removeIfExistsSync,
  replaceFileSync,
  syncDir,
} from "../../../platform/files/files.ts";
import { bootId, hostName, isSameProcess } from "../../../platform/process/identity.ts";
import { soundText } from "../../../platform/files/sound_text.ts";
import { utcStamp } from "../layout.ts";
import { namesIn } from "../runs/run_tree.ts";

/** Old claims that stay for people to see. */
const KEPT_CLAIMS = 8;
const BEAT_FILE = "beat.json";
const FOLDER = /^\.dagu_lock\..+\.\d{8}_\d{6}$/;

interface ClaimFile {
  readonly owner: LeaseOwner;
  /** Name of the folder with the sign of life. */
  readonly folder: string;
  readonly released: boolean;
}

export class FileLeaseStore implements LeaseStore {
  readonly #root: string;
  /** The claim that this store made last. */
  #claimed: { readonly epoch: number; readonly claim: ClaimFile } | null = null;
  #beats = 0;

  /** @param root folder of the claims, absolute; made with the first one */
  constructor(root: string) {
    this.#root = root;
  }

  newest(): Promise<LeaseSign | null> {
    return Promise.resolve().then(() => {
      const epoch = this.#newestEpoch();
      if (epoch === 0) return null;
      const claim = this.#read(epoch);
      if (!claim) return { epoch, owner: null, beat: "", released: false };
      return { epoch, owner: claim.owner, beat: this.#beat(claim), released: claim.released };
    });
  }

  async claim(epoch: number, owner: LeaseOwner): Promise<boolean> {
    await ensureDir(this.#root, { durable: true });
    const folder = `.dagu_lock.${owner.host.replaceAll("/", "_")}@${owner.pid}.${utcStamp(Date.now())}`;
    const claim: ClaimFile = { owner, folder, released: false };
    createFileSync(this.#path(epoch), claimText(epoch, claim));
    await syncDir(this.#root);
    // On a network the answer to a call may be lost and the call made again: what stands there tells who won.
    if (this.#read(epoch)?.owner.token !== owner.token || this.#newestEpoch() > epoch) return false;
    ensureDirSync(`${this.#root}/${folder}`);
    this.#tidy(epoch, folder);
    this.#claimed = { epoch, claim };
    return true;
  }

  renew(epoch: number, owner: LeaseOwner): Promise<boolean> {
    return Promise.resolve().then(() => {
      const { folder } = this.#own(epoch, owner);
      if (this.superseded(epoch)) return false;
      const text = JSON.stringify({ epoch, beat: ++this.#beats, at: new Date().toISOString() });
      replaceFileSync(`${this.#root}/${folder}/${BEAT_FILE}`, `${text}\n`);
      return true;
    });
  }

  async release(epoch: number, owner: LeaseOwner): Promise<void> {
    const claim = this.#own(epoch, owner);
    if (this.superseded(epoch)) return;
    await durableReplace(this.#path(epoch), claimText(epoch, { ...claim, released: true }));
    removeIfExistsSync(`${this.#root}/${claim.folder}`, { recursive: true });
  }

  // One listing: a look for a file that is not there costs three times as much.
  superseded(epoch: number): boolean {
    return this.#newestEpoch() !== epoch;
  }

  isGone(owner: LeaseOwner): boolean {
    if (owner.host !== hostName() || bootId() === "") return false;
    return owner.bootId !== bootId() || !isSameProcess(owner.pid, owner.startTime);
  }

  #own(epoch: number, owner: LeaseOwner): ClaimFile {
    const mine = this.#claimed?.epoch === epoch && this.#claimed.claim.owner.token === owner.token;
    if (mine) return this.#claimed!.claim;
    throw new Error(`The claim "${this.#path(epoch)}" is not this process's`);
  }

  #path(epoch: number): string {
    return `${this.#root}/epoch_${epoch}.json`;
  }

  #epochs(): number[] {
    return namesIn(this.#root).map((name) => Number(/^epoch_(\d{1,15})\.json$/.exec(name)?.[1] ?? 0))
      .filter((epoch) => epoch > 0);
  }

  #newestEpoch(): number {
    return Math.max(0, ...this.#epochs());
  }

  /** null when there is no claim, or what stands there is none: one that was cut off counts as silent. */
  #read(epoch: number): ClaimFile | null {
    try {
      const claim = JSON.parse(soundText(this.#path(epoch)));
      const named = FOLDER.test(claim.folder) && !claim.folder.includes("/");
      return named && typeof claim.owner?.token === "string" ? claim : null;
    } catch {
      return null;
    }
  }

  /** "" when there is none, or what stands there is none: that counts as silent too. */
  #beat({ folder }: ClaimFile): string {
    try {
      return soundText(`${this.#root}/${folder}/${BEAT_FILE}`);
    } catch {
      return "";
    }
  }

  /** Takes away what earlier owners left. */
  #tidy(epoch: number, own: string): void {
    for (const old of this.#epochs()) if (old <= epoch - KEPT_CLAIMS) removeIfExistsSync(this.#path(old));
    for (const name of namesIn(this.#root)) {
      if (name !== own && FOLDER.test(name)) removeIfExistsSync(`${this.#root}/${name}`, { recursive: true });
    }
  }
}

function claimText(epoch: number, claim: ClaimFile): string {
  return `${JSON.stringify({ epoch, ...claim }, null, 2)}\n`;
}
