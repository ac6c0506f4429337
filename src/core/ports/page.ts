/** Of a list that goes on: where it begins, and how much of it is wanted. */
export interface Page {
  limit: number;
  /** The last id of the page before. */
  cursor?: string;
}
