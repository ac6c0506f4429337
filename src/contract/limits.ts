/**
 * The bounds that belong to the wire: a client may rely on them, so they are not configuration.
 * Sizes are bytes of UTF-8 unless the name says otherwise, times are milliseconds.
 */
export const limits = {
  /** A request body. */
  bodyBytesMax: 1024 * 1024,
  /** The body of a run, which may bring images. */
  runBodyBytesMax: 15 * 1024 * 1024,
  /** Images of one run; bytes of one and of all together, decoded. */
  attachmentsMax: 8,
  attachmentBytesMax: 5 * 1024 * 1024,
  attachmentsBytesMax: 10 * 1024 * 1024,
  /** Rules of one permission policy. */
  permissionRulesMax: 200,
  /** The file of a session, one line of it, and one line without images. */
  sessionFileBytesMax: 1024 * 1024 * 1024,
  sessionFileLineBytesMax: 20 * 1024 * 1024,
  sessionFileTextBytesMax: 4 * 1024 * 1024,
  /** Runs of the file of a session. */
  sessionFileRunsMax: 50_000,
  /** The last seq of its log, which goes on here: far from where numbers are no longer exact. */
  sessionFileSeqMax: 1_000_000_000_000,
  /** The prompt of one run. */
  promptBytesMax: 256 * 1024,
  /** Names of projects, sessions and targets, in characters. */
  nameCharsMax: 200,
  /** A project's root path, in characters. */
  rootCharsMax: 4096,
  /** `metadata` of a run or session, as JSON. */
  metadataBytesMax: 16 * 1024,
  /** The `Idempotency-Key` header, in characters. */
  idempotencyKeyCharsMax: 255,
  /** `inputPreview` of a run, in characters. */
  previewCharsMax: 200,
  /** `input.content` and `response.content` where runs are listed, in characters; the detail has them whole. */
  listedTextCharsMax: 2000,
  /** `toolHistory` of a run, in entries; the log has all of them. */
  toolHistoryMax: 200,
  /** Rows of one page. */
  pageRowsMax: 500,
  pageRowsDefault: 100,
  /** Events of one page. */
  eventsPageMax: 1000,
  eventsPageDefault: 100,
  /** `offset` together with a filter by type, which has to step over rows; `after` has no such bound. */
  filteredOffsetMax: 100_000,
  /** The text of a search, in characters, and what one page of it finds. */
  searchCharsMax: 200,
  searchHitsMax: 50,
  searchHitsDefault: 20,
  /** Groups of one usage report. */
  usageGroupsMax: 1000,
  usageGroupsDefault: 100,
  /** Names in one `types` filter. */
  typesFilterMax: 50,
  /** `timeoutMs` of a wait. */
  waitMsMax: 600_000,
  waitMsDefault: 30_000,
  /** Turns that one run may ask for. */
  maxTurnsMax: 10_000,
} as const;
