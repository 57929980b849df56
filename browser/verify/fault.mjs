// What makes a bundle unacceptable: the label of a rule of the SPEC and the file or place that is accused. SPEC §17.

/** A broken rule. Everything that verification rejects is one of these; anything else that is thrown is a fault of ours. */
export class Fault extends Error {
  /** `label`: the rule, as `R-SEED`. `at`: the file or place, where there is one. `detail`: for people. */
  constructor(label, at = "", detail = "") {
    super([label, at, detail].filter((part) => part !== "").join(": "));
    this.name = "Fault";
    this.label = label;
    this.at = at;
    this.detail = detail;
  }
}

/** Throws the fault unless the condition holds. */
export function must(condition, label, at, detail) {
  if (!condition) throw new Fault(label, at, detail);
}

/** Runs `read`; a fault that names no place gets this one. */
export function within(at, read) {
  try {
    return read();
  } catch (fault) {
    if (fault instanceof Fault && fault.at === "") throw new Fault(fault.label, at, fault.detail);
    throw fault;
  }
}
