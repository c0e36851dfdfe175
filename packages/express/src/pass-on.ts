import type { NextFunction } from "express";

/**
 * Goes on to the next handler where the request passes; with the error when that cannot be found out. At once where nothing has to be waited for: waiting costs a request
 * more than looking.
 *
 * @param passes `false` = it was answered.
 */
export function passOn(passes: true | Promise<boolean>, next: NextFunction): void | Promise<void> {
  return passes === true ? next() : inTime(passes, next);
}

async function inTime(passes: Promise<boolean>, next: NextFunction): Promise<void> {
  try {
    if (!(await passes)) return;
  } catch (error) {
    return next(error);
  }
  next();
}
