import Diagnosis
import IncidentStore

/// The words of `maillogd incidents` in one language.
struct IncidentWords {
  let language: Language

  func pick(_ english: String, _ french: String) -> String { language == .french ? french : english }

  func none(all: Bool) -> String {
    all
      ? pick("No incident is known.\n", "Aucun incident connu.\n")
      : pick("No incident is open.\n", "Aucun incident ouvert.\n")
  }

  func severity(_ severity: Severity) -> String {
    switch severity {
    case .critical: pick("critical", "critique")
    case .error: pick("error", "erreur")
    case .warning: pick("warning", "attention")
    case .info: "info"
    }
  }

  func state(_ record: IncidentRecord) -> String {
    record.acknowledgement != nil ? happening(.acknowledged) : state(record.state)
  }

  func state(_ state: IncidentRecord.State) -> String {
    switch state {
    case .open: pick("open", "ouvert")
    case .resolved: pick("resolved", "terminé")
    }
  }

  func happening(_ kind: IncidentLedger.Happening.Kind) -> String {
    switch kind {
    case .opened: pick("opened", "ouvert")
    case .reopened: pick("reopened", "rouvert")
    case .resolved: pick("resolved", "terminé")
    case .graver: pick("graver", "aggravé")
    case .acknowledged: pick("acknowledged", "pris en charge")
    }
  }

  func clearing(_ reason: Clearing.Reason) -> String {
    switch reason {
    case .line: pick("line", "ligne de succès")
    case .rule: pick("rule", "règle")
    case .quiet: pick("quiet", "silence")
    case .root: pick("root", "cause première terminée")
    case .returned: pick("returned", "retour des lignes attendues")
    case .crowdedOut: pick("crowded-out", "trop d'incidents ouverts")
    case .ruleGone: pick("rule-gone", "règle retirée")
    }
  }

  /// The detail of a happening is stored in one language: severities, or why the incident ended.
  func detail(_ happening: IncidentLedger.Happening) -> String {
    switch happening.kind {
    case .opened, .reopened, .graver:
      happening.detail.split(separator: " ")
        .map { word in Severity(rawValue: String(word)).map(severity) ?? String(word) }.joined(separator: " ")
    case .resolved: Clearing.Reason(rawValue: happening.detail).map(clearing) ?? happening.detail
    case .acknowledged: happening.detail
    }
  }
}
