/** In the data directory. */
export const databaseFileName = 'quarterdeck.db';
export const lockFileName = 'quarterdeck.lock';
