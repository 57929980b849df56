// Where a bundle's files come from: an address, or a folder that somebody chose on their own disk.
//
// Invariant: a request names a file of the bundle and nothing else; no ticket and no receipt is ever in it.

/** The bytes could not be asked for: no network, or a server that does not allow it. Says nothing about the bundle. */
export class Unreachable extends Error {
  constructor(path, cause) {
    super(path, { cause });
    this.name = "Unreachable";
    this.path = path;
  }
}

/** The files below an address. */
export function addressSource(base) {
  const root = new URL(base.endsWith("/") || base === "" ? base : `${base}/`, globalThis.document?.baseURI);
  const asked = new Map();
  return {
    /** Asks for files that everybody needs, all at once, so that a slow line is waited for once. */
    ahead(paths) {
      for (const path of paths) {
        const answer = fetched(root, path);
        // Whoever asks for the file is told; nobody may.
        answer.catch(() => {});
        asked.set(path, answer);
      }
    },
    bytes(path) {
      const answer = asked.get(path) ?? fetched(root, path);
      asked.delete(path);
      return answer;
    },
  };
}

async function fetched(root, path) {
  try {
    const response = await fetch(new URL(path, root), { credentials: "omit", referrerPolicy: "no-referrer" });
    if (response.status === 404 || response.status === 410) return null;
    if (!response.ok) throw new Error(`status ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    throw new Unreachable(path, cause);
  }
}

/** The files that somebody chose: a bundle's folder, or a folder that holds it. null if no bundle is among them. */
export function folderSource(files) {
  const paths = new Map(Array.from(files, (file) => [file.webkitRelativePath || file.name, file]));
  const manifests = [...paths.keys()].filter((path) => path === "manifest.note" || path.endsWith("/manifest.note"));
  if (manifests.length === 0) return null;
  // The one nearest to the top: a bundle holds no other.
  const [manifest] = manifests.sort((a, b) => a.split("/").length - b.split("/").length);
  const root = manifest.slice(0, -"manifest.note".length);
  return {
    async bytes(path) {
      const file = paths.get(root + path);
      return file === undefined ? null : new Uint8Array(await file.arrayBuffer());
    },
    list: async () => [...paths.keys()].filter((path) => path.startsWith(root)).map((path) => path.slice(root.length)),
  };
}
