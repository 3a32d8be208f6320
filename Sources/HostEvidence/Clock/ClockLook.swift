import CMachine
import Diagnosis

/// Answers the `clock` check: what the kernel knows of the clock's discipline (adjtimex(2)).
struct ClockLook {
  let machine: Machine

  func observe(_ check: MachineCheck) -> Observation {
    guard machine.isThisOne else { return .unknown("no clock belongs to a folder", "un dossier n'a pas d'horloge") }
    let result = cmachine_clock_is_synchronised()
    guard result >= 0 else {
      return .unknown(
        "the kernel does not tell: \(errorText(-result))", "le noyau ne le dit pas : \(errorText(-result))")
    }
    let isSynchronised = result == 1
    return Observation(
      holds: isSynchronised == (check["is"] == "synchronised"),
      isSynchronised ? "the clock is synchronised" : "the clock is not synchronised with any time server",
      isSynchronised ? "l'horloge est synchronisée" : "l'horloge n'est synchronisée avec aucun serveur de temps")
  }
}
