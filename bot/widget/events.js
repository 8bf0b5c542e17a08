// Server-sent events read by hand: EventSource can't send the Authorization header.

/** One field of an event, as the standard splits it. @param {string} line */
function field(line) {
  const colon = line.indexOf(":");
  if (colon < 0) return { name: line, value: "" };
  return { name: line.slice(0, colon), value: line.slice(colon + 1).replace(/^ /, "") };
}

/**
 * @param {ReadableStream<Uint8Array>} stream
 * @param {() => void} onBytes called for every piece, heartbeats too, so that a silent line can be noticed
 * @returns {AsyncGenerator<{event: string, data: string}>}
 */
export async function* readEvents(stream, onBytes) {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  let event = "";
  /** @type {string[]} */
  let data = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    onBytes();
    const lines = (rest + decoder.decode(value, { stream: true })).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line === "") {
        if (data.length) yield { event: event || "message", data: data.join("\n") };
        event = "";
        data = [];
        continue;
      }
      const { name, value: text } = field(line);
      if (name === "event") event = text;
      else if (name === "data") data.push(text);
    }
  }
}
