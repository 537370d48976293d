/** Up to this many rows a GPU has nothing to share between rows in tiles, nor a rasteriser between lanes. */
export const FEW_ROWS = 4;
