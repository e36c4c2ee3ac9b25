import type { Engine } from "../engine/engine.ts";
import { UNKNOWN_OFFSET } from "../engine/records.ts";
import type { FreedArea, FreedPlace } from "../model/freed-place.ts";
import { LOCATIONS } from "../model/location.ts";

/** Areas of bytes that the store no longer uses, by number: few, a location of a file each. */
export class FreedAreas {
  private readonly engine: Engine;
  private readonly areas: FreedArea[] = [];

  constructor(engine: Engine) {
    this.engine = engine;
  }

  /** The number of an area. */
  number(area: FreedArea): number {
    const { areas, engine } = this;
    const known = areas.findIndex(({ location, file }) => location === area.location && file === area.file);
    if (known !== -1) return known;
    const number = areas.push(area) - 1;
    engine.exports.setArea(number, LOCATIONS.indexOf(area.location), this.fileNumber(area));
    return number;
  }

  /** A number that stands for the file of a known area. */
  fileNumber({ file }: FreedArea): number {
    return this.areas.findIndex((area) => area.file === file);
  }

  /**
   * A place in an area.
   * @param where bytes from the beginning of its file, or UNKNOWN_OFFSET
   * @throws RangeError on a number that was never given
   */
  place(number: number, where: number): FreedPlace {
    const area = this.areas[number];
    if (area === undefined) throw new RangeError(`no area has the number ${number}`);
    return { ...area, offset: where === UNKNOWN_OFFSET ? null : where };
  }
}
