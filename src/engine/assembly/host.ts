/** What the engine asks and tells the program around it. */

/** A record of a leaf page in use can't be read. */
export declare function onProblem(pgid: u32, element: u32, problem: u32): void;

/** A page is not what the tree says it is; `problem` is one of problems.ts, and the number that of an element, or of pages. */
export declare function onPageProblem(pgid: u32, problem: u32, number: f64): void;

/** The folder of the record at an address; OUT_OF_SCOPE is added where the record is. */
export declare function folderOf(record: usize): u32;

/** The class of the value of the record at an address. */
export declare function classOf(record: usize): u32;

/** A cell is new: the host writes what it knows of it into it. */
export declare function describe(cell: u32): void;

/** How many kinds of finding each value of a cell is. */
export declare function judge(cell: u32): u32;

/** A page of a stream is to be kept until it is known whether it counts. */
export declare function keepPage(address: usize, pgid: u32): void;

/** A leaf lies beyond the last page in use of a stream, of which so many pages were read. */
export declare function onTailRun(pgid: u32, pageCount: u32): void;

/** What rows of a page of a stream have for `where` from now on; negative: they are not wanted. */
export declare function whereOfPage(page: f64): f64;
