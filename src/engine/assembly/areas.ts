import { List, newList } from "./list";

/** By area: its location, and a number that stands for its file. */
const areas: List = newList(8);

/** Says where an area of freed bytes lies; areas are numbered from 0 on. */
export function setArea(area: u32, location: u32, file: u32): void {
  while (areas.count <= area) store<u64>(areas.push(), 0);
  store<u32>(areas.at(area), location);
  store<u32>(areas.at(area), file, 4);
}

/** The number that stands for the file of an area. */
export function fileOfArea(area: u32): u32 {
  return load<u32>(areas.at(area), 4);
}

/** The location of an area. */
export function locationOfArea(area: u32): u32 {
  return load<u32>(areas.at(area));
}
