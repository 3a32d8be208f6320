/// The JSON of `scan` and `explain`, as far as the tests look at it.
struct Report: Decodable, Equatable {
  let version: Int
  let inputs: [Input]
  let incidents: [Incident]
  let unexplained: [Shape]
  let summary: Summary

  struct Input: Decodable, Equatable {
    let path: String
    let lines: Int
    let mailLines: Int
    let unparsed: Int
  }

  struct Incident: Decodable, Equatable {
    let id: String
    let rule: String
    let severity: String
    let reason: String?
    let title: String
    let count: Int
    let captures: [String: String]
    let causes: [Cause]
    let lines: [Line]
    let causedBy: [String]

    var isRaised: Bool { severity != "info" }
  }

  struct Cause: Decodable, Equatable {
    let id: String
    let text: String
    let status: String
    let evidence: [Evidence]
    let fix: [Step]
  }

  struct Evidence: Decodable, Equatable {
    let check: String
    let expected: String
    let found: String
  }

  struct Step: Decodable, Equatable {
    let text: String
    let commands: [String]
    let files: [File]
    let dns: [Record]
  }

  struct File: Decodable, Equatable {
    let path: String
    let line: String
  }

  struct Record: Decodable, Equatable {
    let name: String
    let type: String
    let value: String
  }

  struct Line: Decodable, Equatable {
    let line: Int
    let text: String
  }

  struct Shape: Decodable, Equatable {
    let template: String
    let count: Int
  }

  struct Summary: Decodable, Equatable {
    let sent: Int
    let deferred: Int
    let bounced: Int
  }

  func incident(_ rule: String) -> Incident? { incidents.first { $0.rule == rule } }
}
