import { expect, it } from "vitest";
import { asAddress } from "./address";

it.each([
  ["Letter on seeds", "letter-on-seeds"],
  ["Über Rosen & Straußwirtschaft", "uber-rosen-strausswirtschaft"],
  ["  À bientôt !  ", "a-bientot"],
  ["***", ""],
  ["x".repeat(99) + " y", "x".repeat(99)],
])("%s is found at %s", (name, address) => expect(asAddress(name)).toBe(address));
