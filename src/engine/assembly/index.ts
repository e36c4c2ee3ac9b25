/**
 * The engine: what is done for each record of a store, in WebAssembly, since a scan is over before JavaScript that does as
 * much would have been compiled. src/engine/engine.ts is its other side.
 */
export { setArea } from "./areas";
export { clearBlockList, newBlockList } from "./block-list";
export { seedHashes } from "./bytes";
export { cellAddress, cellCount } from "./cells";
export { countRecords, recordsIn } from "./folder-records";
export { rememberFolder } from "./folders";
export { rememberForm, rememberTail, tellNonce } from "./forms";
export { distinctFreed, keepFreed, noteStored, setUnjudged } from "./freed";
export { keyCount, keyEntry } from "./keys";
export { newestRevision, readFreedLeaf, readLeaf } from "./leaf";
export { allocate, freeList, newList, release, reserve } from "./list";
export { furtherCounts, namespaceCounts, namespaces, unnamedCounts } from "./namespaces";
export { markRepeated } from "./nonces";
export { orderFindings, orderRows } from "./order";
export { headlessPages, neededPages, newestStored, startWalk, walkedPages, walkPages } from "./pages";
export { copyKept, keepRows, rowsOfPages } from "./pages-of-rows";
export { countOfRange, hasRangeHeader, newestOfRange, readRangeResponse } from "./range-response";
export { readRows } from "./reader";
export { passedCount, passedNeeded, passedPages, startStream, walkStream } from "./stream";
export { countRows, findRows, listRows, setCompactRevision } from "./tally";
export { liveClass, liveRows, placedKeys, placeRows } from "./timeline";
export { changes, compareRuns, findRuns, firstChange, firstRun, lastChange, runCount } from "./writes";
