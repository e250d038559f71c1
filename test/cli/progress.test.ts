import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import { jsonProgress } from '../../src/cli/progress/json-lines.js';
import { plainProgress } from '../../src/cli/progress/plain-lines.js';
import type { Progress } from '../../src/cli/progress/progress.js';
import { terminalProgress } from '../../src/cli/progress/terminal.js';

const MESSAGE = 'The device had too little memory for 256 patches at once: 128 from here on.';

/** What is written while a scan is under way and the run says something. */
function noticeInTheMiddle(stream: NodeJS.WriteStream, create: () => Progress): string {
  const lines: string[] = [];
  const write = mock.method(stream, 'write', (text: string) => lines.push(text) > 0);
  try {
    const { listen, ready, close } = create();
    ready(() => []);
    listen({ type: 'start', total: 2, resumed: 0, unavailable: 0 });
    listen({ type: 'scan-start', sid: 's0' });
    lines.length = 0;
    listen({ type: 'notice', message: MESSAGE });
    const written = lines.join('');
    close();
    return written;
  } finally {
    write.mock.restore();
  }
}

describe('progress', () => {
  it('shows a notice that comes while the run goes on, in every style', () => {
    const { stdout, stderr } = process;
    assert.equal(noticeInTheMiddle(stderr, plainProgress), `${MESSAGE}\n`);
    assert.deepEqual(JSON.parse(noticeInTheMiddle(stdout, jsonProgress)), {
      type: 'notice',
      message: MESSAGE,
    });
    assert.ok(noticeInTheMiddle(stderr, terminalProgress).includes(MESSAGE));
  });
});
