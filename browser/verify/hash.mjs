// SHA-256 and the tagged hash. SPEC §2.2.

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesOf, joined } from "./bytes.mjs";

export { sha256 };

/** `H(name; a, b, …)`: SHA-256 of `jebi/v0/` ‖ name ‖ 0x0A ‖ a ‖ b ‖ …. */
export const tagged = (name, ...parts) => sha256(joined(bytesOf(`jebi/v0/${name}\n`), ...parts));
