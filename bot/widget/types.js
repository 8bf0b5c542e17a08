// The shapes that go over the wire and between the modules. Types only; nothing runs.

/**
 * @typedef {{clinic_name: string, emergency_number: string|null, phone: string|null, privacy_url: string|null,
 *   retention_days: number, starters: string[], max_characters: number}} Config
 * @typedef {{title: string, url?: string}} Source
 * @typedef {{title: string, id: string}} Button
 * @typedef {{type: string, url: string, alt: string, note?: string, table?: {head: string[], rows: string[][]}, now?: number,
 *   of?: number, title?: string, intro?: string, sections?: {title: string, lines: string[]}[]}} Media
 * @typedef {{kind: string, text: string, sources?: Source[], buttons?: Button[], media?: Media[],
 *   reviewed?: boolean|null}} Envelope
 * @typedef {{seq: number, author: "patient"|"bot"|"staff"|"system", at: string, text?: string, name?: string,
 *   client_id?: string, envelope?: Envelope}} Message
 * @typedef {"bot"|"waiting"|"human"|"closed"} State `human`: a person of the clinic has the talk, and the bot is silent.
 * @typedef {{receipt: string, erased_at: string, messages: number}} Receipt
 * @typedef {{id: string, token: string, seen: number}} Session `seen` is the highest sequence number shown.
 * @typedef {{client_id: string, text: string, button?: string, tries: number, state: "sending"|"sent"|"failed"}} Entry
 *   One own message on its way. `text` is what is shown; `button` is what is sent instead, if set.
 */

export {};
