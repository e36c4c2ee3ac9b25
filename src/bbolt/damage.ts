/** A place where a file breaks the format: which page, what is wrong. Reading goes on elsewhere. */
export interface Damage {
  readonly pgid: number;
  readonly message: string;
}

/** Takes note of damage; never throws. */
export type DamageListener = (damage: Damage) => void;
