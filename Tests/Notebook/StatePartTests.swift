import Files
import Foundation
import TestSupport
import Testing

@testable import Notebook

/// Which part of a checkpoint is taken for its network, and what is said of the others.
struct StatePartTests {
  private static let path = Fixture.tests.appendingPathComponent("Fixtures/files/versions.pt").path

  @Test func theVersionThatWasTakenIsNamedAndHowToTakeTheOther() {
    var notebook = Notebook()
    let result = notebook.run("load \(Self.path) as n")
    #expect(result.text?.contains("n: 4 tensors of 2 layers of 'model', crc32") == true)
    #expect(result.text?.hasSuffix("load \(Self.path) model into n") == true)
    #expect(
      result.notes.map(\.text) == [
        "'model' was taken; the file has 'ema' too: load \(Self.path) ema as n"
      ])
    #expect(notebook.shown("n.linear1.bias.detach()") == "tensor([1., 1., 1.])")
    #expect(notebook.run("load \(Self.path) ema as n").notes.isEmpty)
    #expect(notebook.shown("n.linear1.bias.detach()") == "tensor([0.5000, 0.5000, 0.5000])")
  }

  @Test func soIsWhatFillsANetwork() {
    var notebook = Notebook.after(["net conv(1,2,3) relu flatten linear(8,3) as n;"])
    let result = notebook.run("load \(Self.path) into n")
    #expect(result.text?.hasPrefix("4 tensors of 'model' into n") == true)
    #expect(
      result.notes.map(\.text) == [
        "'model' was taken; the file has 'ema' too: load \(Self.path) ema into n"
      ])
    #expect(notebook.run("load \(Self.path) ema into n").notes.isEmpty)
    #expect(notebook.shown("n.linear1.bias.detach()") == "tensor([0.5000, 0.5000, 0.5000])")
  }

  private typealias Key = TensorFile.Key

  /// The file's tensors under other keys, from the version and the tensor's name in it.
  private static func entries(
    _ rename: (_ version: String, _ tensor: String) -> [Key]?
  ) throws -> [TensorFile.Entry] {
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
    return try TensorFile(ByteSource(bytes), limit: 1 << 20).entries.compactMap { entry in
      rename(entry.keys[0].description, entry.keys[1].description).map {
        TensorFile.Entry(keys: $0, tensor: entry.tensor)
      }
    }
  }

  private static func part(_ rename: (String, String) -> [Key]?) throws -> StatePart {
    StatePart(try entries(rename))
  }

  private static let names = ["0.weight", "0.bias", "3.weight", "3.bias"]

  /// Of two dictionaries with the same tensors one is taken, whatever they are called.
  @Test func copiesAreNotOneNetwork() throws {
    let part = try Self.part { [.name($0 == "ema" ? "teacher" : "student"), .name($1)] }
    #expect(part.name == "teacher" && part.others == ["student"] && part.joined.isEmpty)
    #expect(part.entries.map(\.name) == Self.names)
  }

  /// A dictionary around all says nothing, and stands in the names of its parts.
  @Test func whatIsWrappedIsFound() throws {
    let part = try Self.part { [.name("state"), .name($0), .name($1)] }
    #expect(part.name == "state.model" && part.others == ["state.ema"])
    let single = try Self.part { [.name("run"), .name("\($0).\($1)")] }
    #expect(single.name == "run.model" && single.others == ["run.ema"])
    #expect(single.entries.map(\.name) == Self.names)
  }

  /// Two usual words: the surest one.
  @Test func theSurestWordIsTaken() throws {
    let part = try Self.part { [.name($0 == "ema" ? "net" : "state_dict"), .name($1)] }
    #expect(part.name == "state_dict" && part.others == ["net"])
  }

  /// Dots in names may be those of one network: only what is there twice is a part.
  @Test func aLayersNameIsNoPart() throws {
    let copies = try Self.part { [.name("\($0 == "model" ? "net" : "head").\($1)")] }
    #expect(copies.name == "net" && copies.others == ["head"])
    #expect(copies.entries.map(\.name) == Self.names)
    let whole = try Self.part { version, tensor in
      let isOfNet = version == "model"
      guard tensor.hasPrefix(isOfNet ? "0" : "3") else { return nil }
      return [.name(isOfNet ? "net.\(tensor)" : "head.\(tensor.dropFirst(2))")]
    }
    #expect(whole.name.isEmpty && whole.others.isEmpty && whole.joined.isEmpty)
    #expect(
      whole.entries.map(\.name) == ["head.weight", "head.bias", "net.0.weight", "net.0.bias"])
  }

  /// Dictionaries of different networks stay one after the other, as before, and that is said.
  @Test func differentPartsAreJoined() throws {
    let part = try Self.part { version, tensor in
      [.name(version == "ema" ? "encoder" : "decoder"), .name("\(version).\(tensor)")]
    }
    #expect(part.name.isEmpty && part.others.isEmpty && part.joined == ["encoder", "decoder"])
    #expect(part.entries.count == 8)
    #expect(
      Note.partsJoined(part.joined, one: "load a.pt encoder as n").text
        == "'encoder' and 'decoder' stand one after the other; one of them alone: "
        + "load a.pt encoder as n")
  }

  /// Dictionaries of single layers are one network, whatever else lies beside them.
  @Test func layersInDictionariesOfTheirOwnAreOneNetwork() throws {
    let part = try Self.part { version, tensor in
      guard version == "ema" else { return nil }
      return [
        .name("params"), .name("layer" + tensor.prefix(1)), .name(String(tensor.dropFirst(2))),
      ]
    }
    #expect(part.name.isEmpty && part.others.isEmpty && part.joined.isEmpty)
    #expect(
      part.entries.map(\.name) == ["layer0.weight", "layer0.bias", "layer3.weight", "layer3.bias"])
  }

  /// What an optimizer keeps is no part, and a part alone is taken whatever it is called.
  @Test func whatHoldsNoLayersIsNoPart() throws {
    let part = try Self.part { version, tensor in
      version == "ema"
        ? [.name("averaged"), .name(tensor)]
        : [
          .name("optimizer"), .name("state"), .number(Int(tensor.prefix(1)) ?? 0), .name("exp_avg"),
        ]
    }
    #expect(part.name == "averaged" && part.others.isEmpty)
    #expect(part.entries.map(\.name) == Self.names)
  }

  @Test func manyPartsAreNamedInShort() {
    let note = Note.partTaken("a", others: ["b", "c", "d\u{1b}", "e"], other: "load x b as n")
    #expect(
      note.text == "'a' was taken; the file has 'b', 'c', 'd^[' and others too: load x b as n")
  }
}
