export type Size = { readonly columns: number; readonly rows: number };

/** Cells counted from 0 at the top left corner of the screen. */
export type Rectangle = {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
};

export const sameRectangle = (one: Rectangle, other: Rectangle): boolean =>
  one.left === other.left &&
  one.top === other.top &&
  one.width === other.width &&
  one.height === other.height;

/** The part of a rectangle that lies on a screen of this size; possibly nothing. */
export const clipped = (rectangle: Rectangle, size: Size): Rectangle => {
  const left = Math.max(0, Math.min(rectangle.left, size.columns));
  const top = Math.max(0, Math.min(rectangle.top, size.rows));
  return {
    left,
    top,
    width: Math.max(0, Math.min(rectangle.left + rectangle.width, size.columns) - left),
    height: Math.max(0, Math.min(rectangle.top + rectangle.height, size.rows) - top),
  };
};
