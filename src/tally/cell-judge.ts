import type { Classifier } from "../classify/classifier.ts";
import { Cells } from "../engine/cells.ts";
import type { Engine } from "../engine/engine.ts";
import type { KmsKeysInForce } from "../judge/kms-in-force.ts";
import type { ValueFacts } from "../judge/value-check.ts";
import type { FindingKind } from "../model/finding.ts";
import { STATES } from "../model/value-class.ts";
import type { Scope } from "../scope/scope.ts";

/** What is learned only once all that is stored has been seen. Live values alone are judged by it, and after it. */
export interface SeenInAll {
  /** Names of the stored definitions of custom resources, `<plural>.<group>`. */
  readonly definitions: ReadonlySet<string>;
  readonly kmsKeys: KmsKeysInForce;
}

/** Says of each cell what the engine must know, and which kinds of finding its values are. */
export class CellJudge {
  private readonly cells: Cells;
  private readonly scope: Scope;
  private readonly classifier: Classifier;
  private readonly question: (facts: ValueFacts) => readonly FindingKind[];
  private readonly seen: () => SeenInAll;
  /** By cell. */
  private readonly kinds: (readonly FindingKind[] | undefined)[] = [];

  /** @param question what is asked of each value */
  constructor(
    engine: Engine,
    scope: Scope,
    classifier: Classifier,
    question: (facts: ValueFacts) => readonly FindingKind[],
    seen: () => SeenInAll,
  ) {
    this.cells = new Cells(engine);
    this.scope = scope;
    this.classifier = classifier;
    this.question = question;
    this.seen = seen;
    engine.host.describe = (cell) => this.describe(cell);
    engine.host.judge = (cell) => this.judge(cell);
  }

  /** How many kinds of finding each value of a cell is; 0 where none was judged. */
  kindCount(cell: number): number {
    return this.kinds[cell]?.length ?? 0;
  }

  /** One of the kinds of a cell. */
  kindAt(cell: number, place: number): FindingKind {
    const kind = this.kinds[cell]?.[place];
    if (kind === undefined) throw new RangeError(`cell ${cell} has no kind ${place}`);
    return kind;
  }

  private describe(number: number): void {
    const { folder, valueClass } = this.cells.cell(number);
    const found = this.scope.folders[folder];
    const isNamespaced = found?.kind === "resource" && found.registry.namespaced !== false;
    this.cells.describe(number, {
      isCounted: this.scope.isCounted(folder),
      isAudited: found?.kind === "resource" && found.audited,
      state: STATES.indexOf(this.classifier.classes.valueClass(valueClass).state),
      namespaceStart: isNamespaced ? found.length : null,
    });
  }

  private judge(number: number): number {
    const { folder, valueClass, location, isCounted, isAudited } = this.cells.cell(number);
    const found = this.scope.folders[folder];
    const resource = found?.kind === "resource" ? found.registry.resource : null;
    const isCustom = found?.kind === "resource" && found.registry.origin === "custom-resource";
    const { classes } = this.classifier;
    const { definitions, kmsKeys } = this.seen();
    const facts: ValueFacts = {
      resource,
      audited: isAudited,
      valueClass: classes.valueClass(valueClass),
      location,
      isServed: !isCustom || (resource !== null && definitions.has(resource)),
      standing: classes.standing(valueClass),
      kmsStanding: kmsKeys.standing(classes.valueClass(classes.settled(valueClass))),
      repeatsNonce: classes.repeatsNonce(valueClass),
    };
    const kinds = isCounted ? this.question(facts) : [];
    this.kinds[number] = kinds;
    return kinds.length;
  }
}
