// The vectors of protocol/vectors, for tests: each file, and the files of the bundles.

import { readdirSync, readFileSync } from "node:fs";
import { bytesOf, ofBase64 } from "../verify/bytes.mjs";

const FOLDER = new URL("../../protocol/vectors/", import.meta.url);

const read = (name) => JSON.parse(readFileSync(new URL(name, FOLDER), "utf8"));

/** All vectors as {name, verdict: "accept" | "reject", comment, area, input, expect}. */
export const vectors = ["accept", "reject"].flatMap((verdict) =>
  readdirSync(new URL(`${verdict}/`, FOLDER))
    .sort()
    .map((file) => ({ name: file.replace(/\.json$/, ""), verdict, ...read(`${verdict}/${file}`) })),
);

const accepted = new Map(vectors.filter(({ verdict }) => verdict === "accept").map((vector) => [vector.name, vector]));

const bytesIn = (file) => ("text" in file ? bytesOf(file.text) : ofBase64(file.base64));

/** The files of a `bundle` vector's input, by path. */
export function filesOf(input) {
  if (input.files) return new Map(Object.entries(input.files).map(([path, file]) => [path, bytesIn(file)]));
  const files = filesOf(accepted.get(input.base).input);
  for (const [path, patch] of Object.entries(input.patch)) {
    if (patch === null) files.delete(path);
    else if (patch.at === undefined) files.set(path, bytesIn(patch));
    else files.set(path, patched(files.get(path), patch.at, bytesIn(patch)));
  }
  return files;
}

function patched(old, at, bytes) {
  const out = Uint8Array.from(old);
  out.set(bytes, at);
  return out;
}

/** The files of an accepted bundle by its name. */
export const bundleNamed = (name) => filesOf(accepted.get(name).input);

/** A source over files in memory. */
export const sourceOf = (files) => ({
  bytes: async (path) => files.get(path) ?? null,
  list: async () => [...files.keys()],
});
