// A live intake, for tests and screenshots of the citizens' pages.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
const BUILD = "cargo build --release -p intake --example citizens";

/**
 * Starts `intake/examples/citizens.rs`.
 * @param {...string} options mechanism, and `real` for the places of `data/`
 */
export async function startIntake(...options) {
  const program = join(target, "release/examples/citizens");
  if (!existsSync(program)) throw new Error(`${program} is missing: ${BUILD}`);
  const child = spawn(program, options, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const { address, born, people } = JSON.parse((await lines.next()).value);
  let used = 0;
  return {
    address,
    born,
    /** A person on the roll whom no other test uses. */
    person: () => ({ code: people[used++], born: born.replaceAll("-", "") }),
    /** `announced`, `open`, `closed` or `over`; `busy` and `calm` turn everybody away and stop doing so. @param {string} time */
    async setClock(time) {
      child.stdin.write(`${time}\n`);
      await lines.next();
    },
    /** How many answers of each kind were given, as a monitor counts them: `Ready` from what stands ready, the others by a handler. */
    async answers() {
      child.stdin.write("meters\n");
      const text = JSON.parse((await lines.next()).value);
      return Object.fromEntries([...text.matchAll(/^jebi_answers_total\{kind="(\w+)"\} (\d+)$/gm)].map(([, kind, count]) => [kind, Number(count)]));
    },
    stop: () => child.stdin.end(),
  };
}

/** The first site's "any time" button in the page where people choose. */
export const ADD = "#sites button.jebi-toggle";
