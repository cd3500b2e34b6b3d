export * from "../../src/testing/fake_clock.ts";
