/** The accounts of people: their passwords, roles and logins. */
import type { User } from "../../../core/access/account.ts";
import { randomToken, uuidV7 } from "../../../core/ids.ts";
import { LoginLimit } from "../../../core/access/login_limit.ts";
import { checkPassword } from "../../../core/access/password_rule.ts";
import type { Role } from "../../../core/access/role.ts";
import type { Clock } from "../../../ports/clock.ts";
import { randomBytes } from "../../../platform/random.ts";
import type { RecordFolder } from "../../../stores/file/access/record_folder.ts";
import { ApiError, badRequest, notFound } from "../http/api_error.ts";
import type { Passwords } from "./passwords.ts";
import { notAllowed, tooMany, unauthorized } from "./refusals.ts";

export interface NewUser {
  readonly username: string;
  readonly password: string;
  readonly role: Role;
  /** The password is good for one login only. */
  readonly oneTime?: boolean;
}

export class Accounts {
  readonly #users: RecordFolder<User>;
  readonly #passwords: Passwords;
  readonly #clock: Clock;
  readonly #limit = new LoginLimit();

  constructor(users: RecordFolder<User>, passwords: Passwords, clock: Clock) {
    this.#users = users;
    this.#passwords = passwords;
    this.#clock = clock;
  }

  /** By name. */
  list(): User[] {
    return this.#users.all().sort((a, b) => a.username < b.username ? -1 : 1);
  }

  /** @throws ApiError 404 */
  get(id: string): User {
    const user = this.#users.get(id);
    if (!user) throw notFound(`There is no user with the id ${id}`);
    return user;
  }

  find(id: string): User | undefined {
    return this.#users.get(id);
  }

  byName(username: string): User | undefined {
    return this.#users.all().find((user) => sameName(user.username, username));
  }

  /** @throws ApiError 401 for a wrong name or password, which take as long as right ones; 429 after too many */
  async login(username: string, password: string, client: string): Promise<User> {
    const name = username.toLowerCase();
    this.#slowDown(name, client);
    const user = this.byName(username);
    if (!await this.#passwords.verify(password, user?.passwordHash ?? "") || !user) {
      throw unauthorized("Invalid username or password");
    }
    this.#limit.right(name, client);
    return user;
  }

  /** @throws ApiError 409 for a name that is taken, 400 for a weak password */
  async create({ username, password, role, oneTime = false }: NewUser): Promise<User> {
    needGoodPassword(password, username);
    const passwordHash = await this.#passwords.hash(password);
    return await this.#users.change(() =>
      this.#add({ username, role, passwordHash, mustChangePassword: oneTime, providerSubject: "" })
    );
  }

  /**
   * The account of somebody whom a provider knows, made at the first login; it has no password here.
   * @param subject who it is at the provider, for good
   * @throws ApiError 409 when the name is that of another account
   */
  async ofProvider(subject: string, username: string, role: Role): Promise<User> {
    return await this.#users.change(async () => {
      const known = this.#users.all().find((user) => user.providerSubject === subject);
      const account = { username, role, passwordHash: "", mustChangePassword: false };
      return known ?? await this.#add({ ...account, providerSubject: subject });
    });
  }

  /** A new role ends the logins of the user. */
  async update(id: string, change: { readonly username?: string; readonly role?: Role }): Promise<User> {
    return await this.#change(id, (user) => {
      const { username = user.username, role = user.role } = change;
      this.#needFree(username, id);
      if (role === user.role) return { ...user, username };
      if (role !== "admin") this.#needOtherAdmin(user);
      return { ...user, username, role, tokenVersion: newVersion() };
    });
  }

  async remove(id: string): Promise<void> {
    await this.#users.change(async () => {
      this.#needOtherAdmin(this.get(id));
      await this.#users.remove(id);
    });
  }

  /** Ends the logins of the user. @param oneTime see {@link NewUser} */
  async setPassword(id: string, password: string, oneTime = false): Promise<User> {
    needGoodPassword(password, this.get(id).username);
    const passwordHash = await this.#passwords.hash(password);
    return await this.#change(id, (user) => ({
      ...user,
      passwordHash,
      tokenVersion: newVersion(),
      mustChangePassword: oneTime,
    }));
  }

  /** @throws ApiError 401 when the current one is wrong */
  async changePassword(id: string, current: string, next: string, client: string): Promise<User> {
    const user = this.get(id);
    const name = user.username.toLowerCase();
    this.#slowDown(name, client);
    if (!await this.#passwords.verify(current, user.passwordHash)) {
      throw unauthorized("The current password is wrong");
    }
    this.#limit.right(name, client);
    if (current === next) throw badRequest("The new password is the current one: choose another one");
    return await this.setPassword(id, next);
  }

  /** Ends every login of the user. */
  async logout(id: string): Promise<void> {
    await this.#change(id, (user) => ({ ...user, tokenVersion: newVersion() }));
  }

  async #change(id: string, make: (user: User) => User): Promise<User> {
    return await this.#users.change(async () => {
      const user = { ...make(this.get(id)), updatedAt: this.#clock.now() };
      await this.#users.put(user);
      return user;
    });
  }

  async #add(
    fields: Omit<User, "id" | "createdAt" | "updatedAt" | "tokenVersion">,
  ): Promise<User> {
    this.#needFree(fields.username, "");
    const now = this.#clock.now();
    const id = uuidV7(now, randomBytes);
    const user: User = { ...fields, id, createdAt: now, updatedAt: now, tokenVersion: newVersion() };
    await this.#users.put(user);
    return user;
  }

  #slowDown(name: string, client: string): void {
    const now = this.#clock.now();
    const wait = this.#limit.wait(name, client, now);
    if (wait > 0) throw tooMany("Too many wrong logins: try again later", wait);
    this.#limit.begin(name, client, now);
  }

  #needFree(username: string, id: string): void {
    const other = this.byName(username);
    if (other && other.id !== id) {
      throw new ApiError(409, "already_exists", `There is a user "${username}" already`);
    }
  }

  #needOtherAdmin(user: User): void {
    if (user.role !== "admin") return;
    const admins = this.#users.all().filter((one) => one.role === "admin");
    if (admins.length < 2) throw notAllowed(`"${user.username}" is the only admin: make another one first`);
  }
}

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function newVersion(): string {
  return randomToken(randomBytes);
}

function needGoodPassword(password: string, username: string): void {
  const problem = checkPassword(password, username);
  if (problem !== "") throw badRequest(problem);
}
