import { statfsSync } from "node:fs";
import { Problem } from "../../ground/index.ts";
import { childProcesses } from "./late.ts";

/**
 * File systems of Linux that, asked to sync as a whole, write all data and all names and wait until the disk has them, and
 * tell when one of them could not be written: the same as a sync of every file and directory, in a fraction of the time.
 */
const syncWholes: ReadonlySet<number> = new Set([
  0xef53, // ext2, ext3, ext4
  0x58465342, // xfs
  0x9123683e, // btrfs
  0x2fc12fc1, // zfs
  0xf2f52010, // f2fs
  0xca451a4e, // bcachefs
  0x794c7630, // overlayfs: whatever it stands on
  0x01021994, // tmpfs, of which nothing survives either way
]);

/** Whether one sync of the whole file system makes everything in this directory survive a loss of power. */
export const syncsAsWhole = (directory: string): boolean =>
  process.platform === "linux" && syncWholes.has(statfsSync(directory).type) && knowsWholes();

/** Node has no call for it, and not every `sync` knows the way. */
const knowsWholes = (): boolean => {
  const { status, stdout } = childProcesses().spawnSync("sync", ["--version"], { encoding: "utf8" });
  return status === 0 && stdout.includes("coreutils");
};

export const syncWhole = (directory: string): Promise<void> =>
  new Promise((resolve, reject) => {
    childProcesses().execFile("sync", ["-f", "--", directory], (error, _out, errors) => {
      if (error === null) resolve();
      else reject(notWritten(directory, errors.trim() === "" ? error.message : errors.trim(), error));
    });
  });

const notWritten = (directory: string, reason: string, cause: unknown): Problem =>
  new Problem("DISK_NOT_SYNCED", `What was written to ${directory} may not be on the disk: ${reason}.`, {
    hint: "Look at the disk: `dmesg` tells what it complained about.",
    cause,
  });
