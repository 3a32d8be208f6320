internal import Diagnosis

/// `dns: {spf: …}`, `{dkim: …}` and `{dmarc: …}`: what receivers make of a sender's domain.
struct SenderLook {
  let witness: DNSWitness

  func spf(_ address: IPAddress, _ check: MachineCheck) async -> Observation {
    let domain = check["domain"] ?? ""
    guard DomainName(domain) != nil else { return .notAName(domain) }
    let identity = SPFIdentity(address: address, sender: "postmaster@\(domain)", helo: check["helo"] ?? domain)
    let verdict = await SPFEvaluator(witness.world).check(identity)
    if verdict.result == .temperror, let problem = verdict.problem { return Observation(.unknown, problem.wording) }
    let result = verdict.result.rawValue
    let words = verdict.wording(for: address)
    let wanted = check.values("is")
    return Observation(
      holds: wanted.contains(result) || wanted.contains("not-pass") && verdict.result != .pass, words.english,
      words.french,
      facts: ["spf.result": result, "spf.term": verdict.decidedBy?.term.printable ?? ""])
  }

  func dkim(_ text: String, _ check: MachineCheck) async -> Observation {
    guard let domain = DomainName(text) else { return .notAName(text) }
    let keys: [SigningKeys.Key]
    do throws(SigningKeysUnknown) {
      keys = try SigningKeys(for: domain, on: witness.machine).keys
    } catch {
      guard check["selector"] != nil else { return Observation(.unknown, error.wording) }
      keys = []
    }
    let places: [(selector: String, path: String?)]
    if let selector = check["selector"] {
      places = [(selector, keys.first { $0.selector == selector }?.path)]
    } else {
      places = keys.prefix(8).map { ($0.selector, $0.path) }
    }
    var observations: [Observation] = []
    for place in places { observations.append(await key(place.selector, place.path, domain, check.values("is"))) }
    return observations.mostTelling
      ?? .unknown("OpenDKIM has no key for \(domain)", "OpenDKIM n'a pas de clé pour \(domain)")
  }

  private func key(_ selector: String, _ path: String?, _ domain: DomainName, _ wanted: [String]) async -> Observation {
    var key: DKIMPublicKey?
    var fault: DKIMKeyFileProblem?
    if let path {
      do throws(DKIMKeyFileProblem) {
        key = try DKIMPublicKey(ofPrivateKeyAt: witness.machine.path(path))
      } catch {
        fault = error
      }
    }
    let look = await DKIMKeyCheck.look(at: selector, of: domain, key: key, in: witness.world)
    if case .unknown(let failure) = look.finding { return .unknown(failure, of: look.name) }
    let states = look.states
    let words = look.wording
    let holds = !states.isDisjoint(with: wanted)
    // Without the private key, nobody can say that the record is the right one, or another.
    let needsKey = look.finding == .good && (wanted.contains("good") || wanted.contains("mismatch"))
    if key == nil, needsKey {
      let why =
        fault?.wording ?? Wording("its private key is not known here", french: "sa clé privée n'est pas connue ici")
      return .unknown("\(words.english); \(why.english)", "\(words.french) ; \(why.french)")
    }
    return Observation(
      holds: holds, words.english, words.french, facts: ["dkim.name": look.name, "dkim.selector": selector])
  }

  func dmarc(_ text: String, _ check: MachineCheck) async -> Observation {
    guard let domain = DomainName(text) else { return .notAName(text) }
    let walk = await DMARCTreeWalk(from: domain, in: witness.world)
    // A domain's own record decides, whatever could not be asked above it.
    if let failure = walk.failure, walk.deciding?.domain != domain {
      return .unknown(failure, of: "_dmarc.\(domain)")
    }
    if let other = check["authenticated"] { return await alignment(domain, walk, other, check["is"] ?? "") }
    let wanted = check.values("is")
    guard let deciding = walk.deciding else {
      let isBroken = !walk.problems.isEmpty || !walk.doubled.isEmpty
      let problem = walk.problems.values.first?.wording
      return Observation(
        holds: wanted.contains(isBroken ? "unusable" : "missing"),
        isBroken
          ? "the DMARC record of \(domain) cannot be used: \(problem?.english ?? "there are several")"
          : "no DMARC record covers \(domain)",
        isBroken
          ? "l'enregistrement DMARC de \(domain) est inutilisable : \(problem?.french ?? "il y en a plusieurs")"
          : "aucun enregistrement DMARC ne couvre \(domain)")
    }
    let exists = await !MailExchange(of: domain, in: witness.world).isMissing
    let policy = walk.policy(exists: exists)?.rawValue ?? "none"
    return Observation(
      holds: wanted.contains("found") || wanted.contains(policy),
      "_dmarc.\(deciding.domain) asks for p=\(policy) for \(domain)",
      "_dmarc.\(deciding.domain) demande p=\(policy) pour \(domain)", facts: ["dmarc.policy": policy])
  }

  private func alignment(_ domain: DomainName, _ walk: DMARCTreeWalk, _ other: String, _ wanted: String) async
    -> Observation
  {
    guard let authenticated = DomainName(other) else { return .notAName(other) }
    let isStrict = walk.deciding?.record.isStrictForSPF ?? false
    if let failure = walk.failure, !isStrict, authenticated != domain {
      return .unknown(failure, of: "_dmarc.\(domain)")
    }
    let isAligned = await DMARCAlignment(from: domain, walk: walk).holds(
      for: authenticated, isStrict: isStrict, in: witness.world)
    let rule = isStrict ? ("aspf=s", "aspf=s") : ("relaxed alignment", "alignement souple")
    return Observation(
      holds: isAligned == (wanted == "aligned"),
      "\(authenticated) \(isAligned ? "speaks" : "does not speak") for \(domain) (\(rule.0))",
      "\(authenticated) \(isAligned ? "vaut" : "ne vaut pas") pour \(domain) (\(rule.1))")
  }
}

extension MailExchange {
  var isMissing: Bool { finding == .missing }
}
