/** How much a project's targets and spaces may be. People write these files: what is far larger is a mistake. */
export const bounds = {
  /** One TOML or JSON file. */
  tableBytesMax: 1024 * 1024,
  /** One Markdown file. */
  markdownBytesMax: 256 * 1024,
  /** The instructions of all spaces of a target together. */
  instructionsBytesMax: 512 * 1024,
  /** Everything that is read for one target. */
  bytesMax: 32 * 1024 * 1024,
  /** Files and folders that are looked at for one target. */
  filesMax: 5000,
  /** Targets in one file. */
  targetsMax: 200,
  /** References in one `compose` or `deps.spaces`. */
  referencesMax: 50,
  /** Spaces of one target, with those that they depend on. */
  spacesMax: 50,
  /** Spaces between a target and the last one that it depends on. */
  depthMax: 10,
  /** Skills, commands or agents of one space; each of the three. */
  entriesMax: 200,
  /** MCP servers in one file. */
  mcpServersMax: 100,
  /** Hooks in one file. */
  hooksMax: 200,
  /** Values in one JSON file inside each other. */
  jsonDepthMax: 30,
  /** Files of targets, and targets composed of spaces, that are kept parsed. */
  cachedMax: 500,
} as const;
