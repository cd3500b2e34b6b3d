import { assert, assertEquals, assertThrows } from "../../../../tests/assert.ts";
import { DaguError } from "../../../core/errors.ts";
import { checkExposure, type Exposure } from "./exposure.ts";

const SAFE: Exposure = {
  host: "127.0.0.1",
  loopback: true,
  login: true,
  tls: false,
  behindProxy: false,
  insecure: false,
};
const PUBLIC: Exposure = { ...SAFE, host: "0.0.0.0", loopback: false };

Deno.test("exposure: what may be served", () => {
  const good: Exposure[] = [
    SAFE,
    { ...SAFE, login: false },
    { ...SAFE, behindProxy: true },
    { ...PUBLIC, tls: true },
    { ...PUBLIC, behindProxy: true },
  ];
  for (const exposure of good) assertEquals(checkExposure(exposure), "");
});

Deno.test("exposure: what is refused, unless somebody says that it is meant so", () => {
  const bad: [Exposure, RegExp][] = [
    [PUBLIC, /HTTPS/],
    [{ ...PUBLIC, login: false }, /login/],
    [{ ...PUBLIC, login: false, tls: true }, /login/],
    [{ ...PUBLIC, login: false, behindProxy: true }, /login/],
    [{ ...SAFE, login: false, behindProxy: true }, /proxy without a login/],
  ];
  for (const [exposure, message] of bad) {
    const error = assertThrows(() => checkExposure(exposure), DaguError);
    assert(message.test(error.message), error.message);
    assert(message.test(checkExposure({ ...exposure, insecure: true })));
  }
});
