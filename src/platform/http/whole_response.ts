/**
 * A response whose whole content is at hand. It can be sent again and again without a copy, which a body of a
 * `Response` cannot: that stays empty.
 */
export class WholeResponse extends Response {
  readonly content: Uint8Array<ArrayBuffer>;

  constructor(content: Uint8Array<ArrayBuffer>, init: ResponseInit) {
    super(null, init);
    this.content = content;
  }
}
