extension LogEvent {
  /// rspamd: `(worker) <tag>; module; function: text`, and the line about each message that `rspamd_task_write_log` writes.
  mutating func readRspamd() -> Bool {
    kind = .rspamd
    var cursor = cursor
    if cursor.skip("("), let worker = cursor.take(upTo: ") ") { add("worker", worker) }
    if cursor.skip("<"), let tag = cursor.take(upTo: ">; ") { add("tag", tag) }
    if let module = cursor.take(upTo: "; ") { add("module", module) }
    guard cursor.take(upTo: "rspamd_task_write_log: ") != nil else { return true }

    addForeign("message-id", ifAny: part(behind: "id: <", before: ">,"))
    add("queue_id", ifAny: part(behind: "qid: <", before: ">"))
    addClientAddress(part(behind: " ip: ", before: ","))
    addForeign("sasl_username", ifAny: part(behind: " user: ", before: ","))
    addForeign("from", ifAny: part(behind: " from: <", before: ">,"))
    addForeign("to", ifAny: part(behind: " rcpts: <", before: ">"))
    readVerdict()
    if let size = part(behind: " len: ", before: ",") { addInteger("size", size) }
    return true
  }

  /// `(default: F (no action): [1.20/15.00] [SYMBOL(1.20){data}, …])`.
  private mutating func readVerdict() {
    var cursor = cursor
    guard cursor.take(upTo: "(default: ") != nil, cursor.take(upTo: " (") != nil, let action = cursor.take(upTo: "): [")
    else { return }
    add("action", action)
    if let score = cursor.take(upTo: "/") { add("score", decimal(in: score)) }
    if let required = cursor.take(upTo: "]") { add("required", decimal(in: required)) }
    // The symbols' data quote the message.
    if cursor.skip(" ["), let symbols = cursor.take(upTo: "])") ?? cursor.take(upTo: "]") {
      addForeign("symbols", symbols)
    }
  }
}
