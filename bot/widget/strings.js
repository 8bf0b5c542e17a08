// Every word that the widget itself says. Answers come from the server.

export const words = {
  assistant: "Assistant: a bot, not a clinician",
  waiting: "Kept for our team",
  human: "You are talking to our team",
  /** @param {string} name */
  talkingTo: (name) => `You are talking to ${name}`,
  closed: "This chat has ended",

  consentTitle: "Before we start",
  consentWhat: "I’m a bot, not a clinician. I answer questions about mesotherapy from named sources. I can’t examine you or give medical advice.",
  /** @param {number} days */
  consentStored: (days) =>
    `What you write is stored encrypted for ${days} days, for our clinic only. You can delete it at any time.`,
  notEmergency: "Not for emergencies.",
  /** @param {string|null} number */
  callEmergency: (number) => (number ? `Call ${number}.` : "Call your local emergency number."),
  agree: "Agree and start",
  starting: "Starting…",
  privacy: "Privacy notice",
  cannotStart: "We can’t start the chat right now. Please try again in a moment.",
  /** @param {string|null} phone */
  orPhone: (phone) => (phone ? `Or call us: ${phone}.` : ""),
  tryAgain: "Try again",

  starterTitle: "What would you like to know?",
  talk: "Conversation",
  placeholder: "Ask a question",
  placeholderStaff: "Write to our team",
  /** @param {string} name */
  placeholderName: (name) => `Write to ${name}`,
  input: "Your message",
  send: "Send",
  /** @param {string|null} number */
  foot: (number) => `Not medical advice. In an emergency, call ${number ?? "your local emergency number"}.`,
  /** @param {number} left */
  left: (left) => (left < 0 ? `Characters too many: ${-left}` : `Characters left: ${left}`),

  you: "You",
  bot: "Assistant",
  staff: "Our team",
  system: "Notice",
  source: "Source:",
  sources: "Sources:",
  /** @param {number} count */
  moreSources: (count) => `${count} more ${count === 1 ? "source" : "sources"}`,
  newTab: "(opens in a new tab)",
  unreviewed: "not yet reviewed by a clinician",
  rating: "Did this help?",
  helpful: "This helped",
  notHelpful: "This didn’t help",
  rated: "Thank you. We have noted that.",
  notRated: "We couldn’t note that. Please try again.",
  emergencyTitle: "This could be an emergency",
  emergencyNote: "Automatic message. Nobody watches this chat for emergencies.",
  /** @param {string} number */
  call: (number) => `Call ${number}`,
  important: "Important",
  choices: "Choices:",
  chosen: "chosen",
  typing: "Assistant is writing…",
  /** @param {string} name */
  typingName: (name) => `${name} is writing…`,
  newMessages: "New messages",
  /** Next steps that stay in the background, always the last ones. */
  quiet: ["talk to a person", "prefer not to say", "back", "stop"],

  sending: "Sending…",
  sent: "Sent",
  failed: "Not sent",
  retry: "Try again",
  discard: "Remove",
  offline: "You’re offline. Your message will be sent when you’re back.",
  unreachable: "Can’t reach the clinic. Trying again…",

  menu: "Menu",
  back: "Back to the assistant",
  close: "Close chat",
  textSize: "Text size",
  smaller: "Smaller text",
  larger: "Larger text",
  save: "Save this talk",
  saveSheet: "Save or print this sheet",
  noSheet: "The sheet couldn’t be saved. Please try again.",
  alsoHeld: "What else is kept about this talk:",
  saveFailed: "The talk couldn’t be saved. Please try again.",
  remove: "Delete this talk",
  removeTitle: "Delete this talk?",
  removeBody: "Everything you wrote, and every answer, is erased here and at the clinic. This can’t be undone.",
  removeYes: "Delete",
  removeNo: "Keep it",
  removeFailed: "The talk couldn’t be deleted. Please try again.",
  removedTitle: "Your talk was deleted",
  /** @param {number} count */
  removedBody: (count) => `${count} ${count === 1 ? "message was" : "messages were"} erased. Keep this receipt if you want proof:`,
  startNew: "Start a new chat",
  closedByStaff: "Our team has ended this chat. You can still read, save or delete it.",
  ended: "This talk has ended. Nothing more can be sent here.",
};
