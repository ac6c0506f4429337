/** Of the 256 colours of terminals, those behind the first sixteen: a cube of 6 × 6 × 6, then 24 greys. */
const cubeFrom = 16;
const greysFrom = 232;
const levels = [0, 95, 135, 175, 215, 255] as const;

export function paletteColour(number: number): string | undefined {
  if (number < cubeFrom || number > 255) return undefined;
  if (number >= greysFrom) {
    const grey = 8 + (number - greysFrom) * 10;
    return `rgb(${grey}, ${grey}, ${grey})`;
  }
  const place = number - cubeFrom;
  const parts = [Math.floor(place / 36), Math.floor(place / 6) % 6, place % 6];
  return `rgb(${parts.map((level) => levels[level]).join(', ')})`;
}
