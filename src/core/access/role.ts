/** Roles of people and keys: each may do all that the ones before it may. */

export const ROLES = ["viewer", "operator", "developer", "manager", "admin"] as const;
export type Role = (typeof ROLES)[number];

export function isRole(value: unknown): value is Role {
  return ROLES.includes(value as Role);
}

/** Whether a role may do what another one is needed for. */
export function reaches(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}
