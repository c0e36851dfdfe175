import { HttpException } from "@nestjs/common";

/** Carries the redirect that renews a consent from the guard to the filter. A filter that answers in place of ours keeps status and target. */
export class ConsentRenewal extends HttpException {
  readonly answer: Response;

  constructor(answer: Response) {
    super("The consent is renewed.", answer.status);
    this.answer = answer;
  }
}
