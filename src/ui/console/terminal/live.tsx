import { Box, type BoxProps, type DOMElement, measureElement, Text } from "ink";
import {
  createContext,
  type ReactNode,
  useContext,
  useId,
  useLayoutEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import type { Look } from "../theme/index.ts";
import type { Rectangle, Size } from "./rectangle.ts";
import type { Screen } from "./screen.ts";

/** What live panes need from the console around them. */
export type Surface = {
  readonly screen: Screen;
  readonly look: Look;
  readonly size: { readonly read: () => Size; readonly subscribe: (changed: () => void) => () => void };
  /** Runs after every layout that Ink has made; returns the way to stop. */
  readonly onLayout: (run: () => void) => () => void;
};

export const SurfaceContext = createContext<Surface | undefined>(undefined);

const useSurface = (): Surface => {
  const surface = useContext(SurfaceContext);
  if (surface === undefined) throw new Error("a live pane stands outside of mountConsole");
  return surface;
};

export const useLook = (): Look => useSurface().look;

/** The size of the whole screen; renders again when it changes. */
export const useTerminalSize = (): Size => {
  const { size } = useSurface();
  return useSyncExternalStore(size.subscribe, size.read);
};

/** Where a pane's model comes from. `read` is called often and must be cheap; the same value means nothing changed. */
export type LiveSource<Model> = {
  readonly read: () => Model;
  readonly subscribe: (changed: () => void) => () => void;
};

/** Exactly `size.rows` lines, none wider than `size.columns`. Pure. */
export type PanePainter<Model> = (model: Model, size: Size, look: Look) => readonly string[];

export type LiveProps<Model> = Omit<BoxProps, "children" | "ref"> & {
  readonly source: LiveSource<Model>;
  readonly paint: PanePainter<Model>;
};

/**
 * An Ink box that is laid out like any other and painted by a pure function instead of by React: a change of the model
 * costs one call of the painter and the cells that differ, and nothing is rendered, laid out or composed again.
 */
export const Live = <Model,>({ source, paint, ...box }: LiveProps<Model>): ReactNode => {
  const { screen, look, onLayout } = useSurface();
  const id = useId();
  const element = useRef<DOMElement>(null);
  const painted = useRef<Model>(undefined);

  useLayoutEffect(() => {
    const place = (): void => {
      const inner = innerRectangle(element.current);
      const size = { columns: inner.width, rows: inner.height };
      screen.setRegion(id, inner, () => {
        painted.current = source.read();
        return size.columns > 0 && size.rows > 0 ? paint(painted.current, size, look) : blankLines(size.rows);
      });
    };
    let last: Rectangle | undefined;
    const follow = (): void => {
      const now = innerRectangle(element.current);
      if (last !== undefined && isSame(last, now)) return;
      last = now;
      place();
    };
    follow();
    const stopLayout = onLayout(follow);
    const stopSource = source.subscribe(() => {
      if (!Object.is(source.read(), painted.current)) screen.touchRegion(id);
    });
    return () => {
      stopLayout();
      stopSource();
      screen.removeRegion(id);
    };
  }, [screen, look, onLayout, id, source, paint]);

  return <Box {...box} ref={element} />;
};

export type CoverProps = Omit<BoxProps, "ref"> & { readonly children?: ReactNode };

/** A box of Ink's that lies over live panes: dialogs, menus, the palette. Give it a place with `position="absolute"`. */
export const Cover = ({ children, ...box }: CoverProps): ReactNode => {
  const { screen, onLayout } = useSurface();
  const id = useId();
  const element = useRef<DOMElement>(null);
  const [inner, setInner] = useState(nowhere);
  useLayoutEffect(() => {
    const follow = (): void => {
      screen.setCover(id, outerRectangle(element.current));
      const now = innerRectangle(element.current);
      setInner((last) => (isSame(last, now) ? last : now));
    };
    follow();
    const stop = onLayout(follow);
    return () => {
      stop();
      screen.setCover(id, undefined);
    };
  }, [screen, onLayout, id]);
  // A box of Ink's is transparent where it has no text: frames and titles that Ink drew below would show through.
  const blanks = blankLines(inner.height)
    .map(() => " ".repeat(inner.width))
    .join("\n");
  return (
    <Box {...box} ref={element}>
      <Box position="absolute" left={0} top={0} width={inner.width} height={inner.height}>
        <Text>{blanks}</Text>
      </Box>
      {children}
    </Box>
  );
};

const isSame = (one: Rectangle, other: Rectangle): boolean =>
  one.left === other.left &&
  one.top === other.top &&
  one.width === other.width &&
  one.height === other.height;

const nowhere: Rectangle = { left: 0, top: 0, width: 0, height: 0 };

const outerRectangle = (element: DOMElement | null): Rectangle => {
  if (element === null) return nowhere;
  const { x, y, width, height } = measureElement(element);
  return { left: x, top: y, width, height };
};

/** Inside the border. */
const innerRectangle = (element: DOMElement | null): Rectangle => {
  if (element === null) return nowhere;
  const { x, y, clientWidth, clientHeight } = measureElement(element);
  const { borderStyle, borderLeft = true, borderTop = true } = element.style;
  const hasBorder = borderStyle !== undefined;
  return {
    left: x + (hasBorder && borderLeft ? 1 : 0),
    top: y + (hasBorder && borderTop ? 1 : 0),
    width: clientWidth,
    height: clientHeight,
  };
};

const blankLines = (rows: number): readonly string[] => Array.from({ length: rows }, () => "");
